package io.winnow.cli.common;

import io.winnow.contracts.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/**
 * The streams of a command. They escape characters that would control a terminal.
 *
 * @param out results
 * @param err errors, and progress while {@code out} carries JSON
 * @param interactive whether lines of {@code out} can be redrawn
 * @param columns width of {@code out}
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive, int columns) {
  private static final int DEFAULT_COLUMNS = 80;

  public Terminal {
    out = new PlainOutput(out);
    err = new PlainOutput(err);
  }

  /** The streams of this process; the script {@code winnow} sets the properties. */
  public static Terminal ofProcess() {
    return new Terminal(
        new PrintStream(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err)),
        Boolean.getBoolean("winnow.terminal"),
        Integer.getInteger("winnow.columns", DEFAULT_COLUMNS));
  }

  /** Prints a result as indented JSON. */
  public void json(Object value) {
    out.println(Json.pretty(value));
  }
}
