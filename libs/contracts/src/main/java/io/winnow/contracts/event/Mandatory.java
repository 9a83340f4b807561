package io.winnow.contracts.event;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.RunId;

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

  /**
   * @throws InvalidInputException the id of a run is missing or has another form
   */
  static void runId(String id) {
    field("runId", id);
    RunId.require(id);
  }
}
