package io.winnow.local.text;

import io.winnow.contracts.Shown;
import java.util.List;
import java.util.Locale;

/** Bar charts as text. */
public final class Bars {
  private static final int WIDTH = 40;
  private static final int EIGHTHS = 8;
  private static final String PARTS = " ▏▎▍▌▋▊▉";

  private Bars() {}

  /**
   * Formats one line per value; the greatest value has the longest bar.
   *
   * @param names one per value
   * @param values at least 0
   */
  public static String of(List<String> names, List<Double> values) {
    if (names.size() != values.size()) {
      throw new IllegalArgumentException(names.size() + " names for " + values.size() + " values");
    }
    List<String> shown = names.stream().map(Shown::of).toList();
    int pad = shown.stream().mapToInt(String::length).max().orElse(0);
    double max = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      String line =
          String.format(
              Locale.ROOT,
              "%-" + Math.max(1, pad) + "s  %6.3f  %s",
              shown.get(i),
              values.get(i),
              bar(values.get(i), max));
      text.append(line.stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String bar(double value, double max) {
    int eighths = max > 0 ? (int) Math.round(Math.max(0, value) / max * WIDTH * EIGHTHS) : 0;
    String part = eighths % EIGHTHS == 0 ? "" : String.valueOf(PARTS.charAt(eighths % EIGHTHS));
    return "█".repeat(eighths / EIGHTHS) + part;
  }
}
