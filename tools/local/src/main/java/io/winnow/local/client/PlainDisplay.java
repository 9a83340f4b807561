package io.winnow.local.client;

import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunProgress.State;
import io.winnow.local.client.RunState.StageState;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * For logs and pipes: a line whenever the state of a stage changes, and every 10 s while a stage is
 * running.
 */
public final class PlainDisplay implements ProgressDisplay {
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final PrintStream out;
  private final String prefix;
  private final Map<String, RunProgress> shown = new HashMap<>();

  public PlainDisplay(PrintStream out) {
    this(out, "");
  }

  /**
   * @param prefix starts every line, for several runs in one log
   */
  public PlainDisplay(PrintStream out, String prefix) {
    this.out = out;
    this.prefix = prefix;
  }

  @Override
  public void show(RunState state) {
    for (StageState stage : state.stages()) {
      RunProgress now = stage.latest();
      RunProgress before = shown.get(now.stage());
      if (before == null || isNews(before, now)) {
        out.println(prefix + ProgressLine.plain(stage));
        shown.put(now.stage(), now);
      }
    }
  }

  private static boolean isNews(RunProgress before, RunProgress now) {
    if (before.state() != now.state()) {
      return true;
    }
    return now.state() == State.RUNNING
        && Duration.between(before.at(), now.at()).compareTo(PERIOD) >= 0;
  }

  @Override
  public void end(RunState state) {
    show(state);
  }
}
