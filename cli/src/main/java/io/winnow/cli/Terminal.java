package io.winnow.cli;

import io.winnow.contracts.Json;
import io.winnow.local.client.LiveDisplay;
import io.winnow.local.client.Notices;
import io.winnow.local.client.PlainDisplay;
import io.winnow.local.client.ProgressDisplay;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err errors, and progress where results are JSON
 * @param interactive whether lines of {@code out} can be redrawn
 * @param columns its width
 */
record Terminal(PrintStream out, PrintStream err, boolean interactive, int columns) {
  private static final int USUAL_COLUMNS = 80;

  /** This process's own, as the script {@code winnow} found it. */
  static Terminal ofProcess() {
    return new Terminal(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        Boolean.getBoolean("winnow.terminal"),
        Integer.getInteger("winnow.columns", USUAL_COLUMNS));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  void json(Object value) {
    out.println(Json.pretty(value));
  }

  /** Where to say things that are not the result. */
  PrintStream talk(boolean json) {
    return json ? err : out;
  }

  ProgressDisplay progress(boolean json, Notices notices) {
    return interactive && !json
        ? new LiveDisplay(out, columns, notices)
        : new PlainDisplay(talk(json));
  }
}
