package io.winnow.selector;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How many rows are kept. */
final class Quota {
  private Quota() {}

  /**
   * ⌈r·n⌉, with r read as the decimal number it is written as: of 30 rows, 0.1 keeps 3, although
   * the float64 nearest to 0.1 is a little more than a tenth.
   *
   * @param ratio r in (0, 1]
   * @param rows n, at least 0
   */
  static int of(double ratio, int rows) {
    return BigDecimal.valueOf(ratio)
        .multiply(BigDecimal.valueOf(rows))
        .setScale(0, RoundingMode.CEILING)
        .intValueExact();
  }
}
