package io.winnow.contracts;

/**
 * Makes text of unknown origin (ids, names of classes and files, keys, header values) safe to show
 * on a terminal, in a log or in an error message. Characters that could move a cursor, start a new
 * line, change the direction of text or hide are written as escapes, such as {@code \n} and {@code
 * \u001b}.
 */
public final class Shown {
  private static final int MOST_OF_A_VALUE = 200;
  private static final int MOST_OF_A_LINE = 4_000;
  private static final String CUT = " … ";
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private Shown() {}

  /**
   * A value within a message.
   *
   * @param value its text is shown; {@code null} as "null"
   * @return one line of at most 200 characters; what is longer loses its middle
   */
  public static String of(Object value) {
    return line(String.valueOf(value), MOST_OF_A_VALUE);
  }

  /**
   * A whole message.
   *
   * @return one line of at most 4,000 characters; what is longer loses its middle
   */
  public static String line(String text) {
    return line(text, MOST_OF_A_LINE);
  }

  private static String line(String text, int most) {
    String escaped = escaped(text.length() > 2 * most ? shortened(text, 2 * most) : text, false);
    return escaped.length() > most ? shortened(escaped, most) : escaped;
  }

  /**
   * Text of several lines; JSON stays the same JSON.
   *
   * @return of any length, with its line breaks and tabs
   */
  public static String lines(String text) {
    return escaped(text, true);
  }

  private static String shortened(String text, int most) {
    int head = (most - CUT.length()) * 2 / 3;
    int tail = most - CUT.length() - head;
    int from = text.length() - tail;
    // half of a surrogate pair is no character
    int end = Character.isHighSurrogate(text.charAt(head - 1)) ? head - 1 : head;
    int start = Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from;
    return text.substring(0, end) + CUT + text.substring(start);
  }

  private static String escaped(String text, boolean breaks) {
    StringBuilder shown = null;
    int length;
    for (int at = 0; at < text.length(); at += length) {
      int c = text.codePointAt(at);
      length = Character.charCount(c);
      if (shown == null && !harmless(c, breaks)) {
        shown = new StringBuilder(text.length() + 16).append(text, 0, at);
      }
      if (shown != null) {
        append(shown, c, breaks);
      }
    }
    return shown == null ? text : shown.toString();
  }

  private static void append(StringBuilder shown, int c, boolean breaks) {
    if (harmless(c, breaks)) {
      shown.appendCodePoint(c);
      return;
    }
    switch (c) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        for (char unit : Character.toChars(c)) {
          shown.append(String.format("\\u%04x", (int) unit));
        }
      }
    }
  }

  private static boolean harmless(int c, boolean breaks) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> breaks && (c == '\n' || c == '\t');
      // directions of text, zero width, tags; the joiners are part of words and pictographs
      case Character.FORMAT -> c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> false;
      default -> true;
    };
  }
}
