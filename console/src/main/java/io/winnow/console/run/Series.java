package io.winnow.console.run;

import java.util.ArrayList;
import java.util.List;

/**
 * A figure over the progress of a job, thinned out as it grows: at most {@value #MOST} points. Not
 * for more than one thread.
 */
final class Series {
  static final int MOST = 400;

  private final List<double[]> points = new ArrayList<>();

  /** Doubled whenever points are thinned out, so that all of them lie equally far apart. */
  private int stride = 1;

  private long given;

  /**
   * @param done how far the job was; where it is not beyond the last point, the job was resumed and
   *     does that part again, whose points are given up
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

  /** Pairs of progress and figure, ascending. */
  List<double[]> points() {
    return List.copyOf(points);
  }
}
