package io.winnow.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Translates settings of a recorded configuration to those of a run spec. */
final class Recorded {
  private Recorded() {}

  /**
   * Copies a setting, if it is a boolean or a number.
   *
   * @param official its name in the file
   * @param own its name in a run spec
   */
  static void copy(GoldenFile file, String official, String own, Map<String, Object> settings) {
    JsonNode value = file.config().path(official);
    if (value.isBoolean()) {
      settings.put(own, value.asBoolean());
    } else if (value.isInt()) {
      settings.put(own, value.asInt());
    } else if (value.isNumber()) {
      settings.put(own, value.asDouble());
    }
  }
}
