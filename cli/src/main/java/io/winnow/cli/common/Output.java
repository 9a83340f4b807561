package io.winnow.cli.common;

import io.winnow.local.client.LiveDisplay;
import io.winnow.local.client.Notices;
import io.winnow.local.client.PlainDisplay;
import io.winnow.local.client.ProgressDisplay;
import java.io.PrintStream;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option {@code --json}: prints results as JSON or as text, and keeps progress apart. */
public final class Output {
  private static final long PERIOD_NANOS = 2_000_000_000L;

  private final Terminal terminal;

  @Option(names = "--json", description = "Print the result as JSON; progress goes to stderr.")
  private boolean json;

  public Output(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Prints a result.
   *
   * @param value printed with {@code --json}
   * @param text prints the same as text
   */
  public void print(Object value, Consumer<PrintStream> text) {
    if (json) {
      terminal.json(value);
    } else {
      text.accept(terminal.out());
    }
  }

  /** Where progress and notices go: stdout, or stderr with {@code --json}. */
  public PrintStream log() {
    return json ? terminal.err() : terminal.out();
  }

  /** Whether {@link #log} is a terminal. */
  public boolean interactive() {
    return terminal.interactive() && !json;
  }

  /**
   * A display for the progress of one run.
   *
   * @param notices printed to the same stream
   */
  public ProgressDisplay progress(Notices notices) {
    return interactive()
        ? new LiveDisplay(terminal.out(), terminal.columns(), notices)
        : new PlainDisplay(log());
  }

  /** Prints at most one of the given lines every two seconds. For one thread. */
  public Consumer<Supplier<String>> throttled() {
    long[] last = {System.nanoTime()};
    return line -> {
      if (System.nanoTime() - last[0] > PERIOD_NANOS) {
        last[0] = System.nanoTime();
        log().println(line.get());
      }
    };
  }
}
