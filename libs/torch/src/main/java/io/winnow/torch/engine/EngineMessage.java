package io.winnow.torch.engine;

import java.util.List;

/** The part of an engine's message that says what is wrong, without its stack of frames. */
public final class EngineMessage {
  private static final int LONGEST = 240;

  private EngineMessage() {}

  /**
   * One line: what follows the last {@code …Error:} of the message, or else its first line.
   *
   * @param message as the engine gave it; may be null
   */
  public static String summary(String message) {
    if (message == null || message.isBlank()) {
      return "the engine gives no reason";
    }
    List<String> lines = message.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    String line = lines.get(0);
    for (String other : lines) {
      int at = other.indexOf("Error: ");
      if (at >= 0 && other.substring(0, at).matches("[\\w.]*")) {
        line = other.substring(at + "Error: ".length());
      }
    }
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
