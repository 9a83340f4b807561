package io.winnow.local.client;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Prints lines, but holds them back while a display redraws the same terminal. Thread-safe: lines
 * may come from any thread at any time.
 */
public final class Notices implements Consumer<String> {
  private final PrintStream out;
  private final List<String> pending = new ArrayList<>();
  private boolean holding;

  public Notices(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void accept(String line) {
    if (holding) {
      pending.add(line);
    } else {
      out.println(line);
    }
  }

  /** Holds lines back until they are taken. */
  synchronized void hold() {
    holding = true;
  }

  /** Removes and returns the pending lines, oldest first. */
  synchronized List<String> take() {
    List<String> taken = List.copyOf(pending);
    pending.clear();
    return taken;
  }

  /** Prints pending lines, and later ones immediately. */
  synchronized void release() {
    holding = false;
    take().forEach(out::println);
  }
}
