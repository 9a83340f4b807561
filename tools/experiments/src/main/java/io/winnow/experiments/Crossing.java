package io.winnow.experiments;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The first point at which a falling curve reaches a value. */
final class Crossing {
  private Crossing() {}

  /**
   * Interpolates linearly between points. If the first point is already at or below the target, its
   * x is returned, which is an upper bound.
   *
   * @param points in order of ascending x
   * @return x at the crossing; empty if the curve never reaches the target
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
