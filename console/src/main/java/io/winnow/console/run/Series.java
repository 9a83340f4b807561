package io.winnow.console.run;

import java.util.ArrayList;
import java.util.List;

/**
 * A metric over the progress of a job, thinned out as it grows: at most {@value #MOST} points. Not
 * thread-safe.
 */
final class Series {
  static final int MOST = 400;

  private final List<double[]> points = new ArrayList<>();

  /** Doubles whenever points are thinned out, so that points stay equally spaced. */
  private int stride = 1;

  private long given;

  /**
   * @param done progress of the job; if it is not beyond the last point, the job was resumed and
   *     repeats that part, and the points from there on are dropped
   */
  void add(double done, double value) {
    while (!points.isEmpty() && points.get(points.size() - 1)[0] >= done) {
      points.remove(points.size() - 1);
    }
    if (given++ % stride == 0) {
      points.add(new double[] {done, value});
    }
    if (points.size() > MOST) {
      List<double[]> some = new ArrayList<>();
      for (int i = 0; i < points.size(); i += 2) {
        some.add(points.get(i));
      }
      points.clear();
      points.addAll(some);
      stride *= 2;
    }
  }

  /** Pairs of progress and value, ascending. */
  List<double[]> points() {
    return List.copyOf(points);
  }
}
