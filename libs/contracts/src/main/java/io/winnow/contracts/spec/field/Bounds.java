package io.winnow.contracts.spec.field;

import java.math.BigDecimal;

/**
 * The finite numbers between a lower and an upper bound; a bound that is null does not bind.
 *
 * @param min smallest number, inclusive
 * @param above lower bound, exclusive
 * @param max greatest number, inclusive
 * @param below upper bound, exclusive
 */
public record Bounds(Double min, Double above, Double max, Double below) {

  /** Those of an annotation. */
  public static Bounds of(Range range) {
    return new Bounds(
        finite(range.min()), finite(range.above()), finite(range.max()), finite(range.below()));
  }

  private static Double finite(double bound) {
    return Double.isInfinite(bound) ? null : (Double) bound;
  }

  /** Whether a number lies between the bounds. */
  public boolean hold(double x) {
    return Double.isFinite(x)
        && (min == null || x >= min)
        && (above == null || x > above)
        && (max == null || x <= max)
        && (below == null || x < below);
  }

  /** In words, such as {@code from 1 to 65536} or {@code in (0, 1]}. */
  public String text() {
    boolean lower = min != null || above != null;
    boolean upper = max != null || below != null;
    if (min != null && max != null) {
      return "from " + number(min) + " to " + number(max);
    }
    if (lower && upper) {
      return "in "
          + (min != null ? "[" + number(min) : "(" + number(above))
          + ", "
          + (max != null ? number(max) + "]" : number(below) + ")");
    }
    if (lower) {
      return min != null ? "at least " + number(min) : "above " + number(above);
    }
    return max != null ? "at most " + number(max) : "below " + number(below);
  }

  private static String number(double value) {
    double size = Math.abs(value);
    return size != 0 && (size < 1e-3 || size > 1e9)
        ? String.valueOf(value).replace(".0E", "e").replace('E', 'e')
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
