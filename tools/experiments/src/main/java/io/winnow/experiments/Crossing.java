package io.winnow.experiments;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** When a falling curve first comes down to a value. */
final class Crossing {
  private Crossing() {}

  /**
   * Between two points the curve is a straight line. Where the first point is there already, its x
   * is the answer, which is then a little late.
   *
   * @param points by ascending x
   * @return empty when it never gets there
   */
  static <P> OptionalDouble first(
      List<P> points, ToDoubleFunction<P> x, ToDoubleFunction<P> y, double target) {
    P before = null;
    for (P point : points) {
      if (y.applyAsDouble(point) <= target) {
        if (before == null) {
          return OptionalDouble.of(x.applyAsDouble(point));
        }
        double from = y.applyAsDouble(before);
        double share = (from - target) / (from - y.applyAsDouble(point));
        double start = x.applyAsDouble(before);
        return OptionalDouble.of(start + share * (x.applyAsDouble(point) - start));
      }
      before = point;
    }
    return OptionalDouble.empty();
  }
}
