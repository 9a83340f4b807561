package io.winnow.local.client;

import io.winnow.contracts.Shown;
import io.winnow.local.client.RunState.StageState;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** For a terminal: one line per stage, redrawn in place, with notices above. */
public final class LiveDisplay implements ProgressDisplay {
  private static final String UP = "\u001b[%dA";
  private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";

  private final PrintStream out;
  private final int columns;
  private final Notices notices;
  private List<String> drawn = List.of();

  /**
   * @param columns width of the terminal; longer lines are cut, because wrapped lines cannot be
   *     redrawn
   */
  public LiveDisplay(PrintStream out, int columns, Notices notices) {
    this.out = out;
    this.columns = columns;
    this.notices = notices;
    notices.hold();
  }

  @Override
  public void show(RunState state) {
    List<String> lines = state.stages().stream().map(this::line).toList();
    List<String> pending = notices.take().stream().map(Shown::line).toList();
    if (lines.equals(drawn) && pending.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    if (!drawn.isEmpty()) {
      text.append(String.format(UP, drawn.size()));
    }
    Stream.concat(pending.stream(), lines.stream())
        .forEach(line -> text.append(line).append(CLEAR_TO_END_OF_LINE).append('\n'));
    // not printed as text, which must not control the terminal
    out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
    drawn = lines;
  }

  private String line(StageState stage) {
    String line = ProgressLine.withBar(stage);
    return line.length() < columns ? line : line.substring(0, columns - 1);
  }

  @Override
  public void end(RunState state) {
    show(state);
    notices.release();
  }
}
