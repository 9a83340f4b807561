package io.winnow.cli.common;

import io.winnow.contracts.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The streams of a command.
 *
 * @param out results
 * @param err errors, and progress while {@code out} carries JSON
 * @param interactive whether lines of {@code out} can be redrawn
 * @param columns width of {@code out}
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive, int columns) {
  private static final int DEFAULT_COLUMNS = 80;

  /** The streams of this process; the script {@code winnow} sets the properties. */
  public static Terminal ofProcess() {
    return new Terminal(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        Boolean.getBoolean("winnow.terminal"),
        Integer.getInteger("winnow.columns", DEFAULT_COLUMNS));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** Prints a result as indented JSON. */
  public void json(Object value) {
    out.println(Json.pretty(value));
  }
}
