package io.winnow.contracts.event;

import io.winnow.contracts.InvalidInputException;

/** Checks that an event says what it must. */
final class Mandatory {
  private Mandatory() {}

  /**
   * @param name the field's
   * @throws InvalidInputException the value is missing, or a blank text
   */
  static void field(String name, Object value) {
    if (value == null || value instanceof String text && text.isBlank()) {
      throw new InvalidInputException(
          "the event names no " + name, "publish it with \"" + name + "\"");
    }
  }
}
