package io.winnow.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

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

  /**
   * The published configuration that {@code arch} names after the kind, as in {@code
   * kind_b32_full}.
   *
   * @param missing the setting that a file with its own configuration has
   * @param published by the second part of {@code arch}, in lower case
   * @throws InvalidInputException it names none
   */
  static <T> T published(GoldenFile file, String missing, Map<String, T> published) {
    String[] parts = file.arch().toLowerCase(Locale.ROOT).split("_");
    T config = parts.length > 1 ? published.get(parts[1]) : null;
    if (config == null) {
      throw new InvalidInputException(
          "the file's \"config\" has no \"%s\" and its \"arch\" names no published network"
              .formatted(missing),
          "record the whole configuration, or call it %s_ and one of %s"
              .formatted(parts[0], String.join(", ", new TreeSet<>(published.keySet()))));
    }
    return config;
  }
}
