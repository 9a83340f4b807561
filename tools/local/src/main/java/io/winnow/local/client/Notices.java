package io.winnow.local.client;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lines that come at any time from any thread, kept back while a display redraws the same terminal.
 */
public final class Notices implements Consumer<String> {
  private final PrintStream out;
  private final List<String> held = new ArrayList<>();
  private boolean holding;

  public Notices(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void accept(String line) {
    if (holding) {
      held.add(line);
    } else {
      out.println(line);
    }
  }

  /** From now on lines wait to be taken. */
  synchronized void hold() {
    holding = true;
  }

  /** What has come since, oldest first. */
  synchronized List<String> take() {
    List<String> taken = List.copyOf(held);
    held.clear();
    return taken;
  }

  /** From now on lines are printed at once again. */
  synchronized void release() {
    holding = false;
    take().forEach(out::println);
  }
}
