package io.winnow.contracts.spec;

import io.winnow.contracts.InvalidInputException;

final class Check {
  private Check() {}

  static <T> T orElse(T value, T fallback) {
    return value != null ? value : fallback;
  }

  static void that(boolean holds, String field, Object value, String range) {
    if (!holds) {
      throw new InvalidInputException(
          "\"" + field + "\" is " + value, "give a value that is " + range);
    }
  }

  static boolean finite(Double value, double low, double high) {
    return value >= low && value <= high;
  }
}
