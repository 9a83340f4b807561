package io.winnow.cli.common;

import io.winnow.contracts.Shown;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Prints text as UTF-8, in which characters that would control a terminal are escaped, whatever
 * names and ids it contains. Only {@link #write} passes bytes on as they are, for displays that
 * redraw lines.
 */
final class PlainOutput extends PrintStream {
  PlainOutput(OutputStream out) {
    super(out, true, StandardCharsets.UTF_8);
  }

  @Override
  public void print(String text) {
    super.print(Shown.lines(String.valueOf(text)));
  }
}
