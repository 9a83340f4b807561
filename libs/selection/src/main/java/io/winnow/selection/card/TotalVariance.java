package io.winnow.selection.card;

/**
 * The total variance (trace of the covariance with divisor n) of groups of rows, in float64 by
 * Welford's update, which loses no digits to a mean far from 0.
 */
final class TotalVariance {
  private final int d;
  private final long[] counts;
  private final double[][] means;
  private final double[] squares;

  TotalVariance(int groups, int d) {
    this.d = d;
    this.counts = new long[groups];
    this.means = new double[groups][d];
    this.squares = new double[groups];
  }

  /**
   * @param features rows of d values
   * @param row index of the row to add to the group
   */
  void add(int group, float[] features, int row) {
    double share = 1.0 / ++counts[group];
    double[] mean = means[group];
    double sum = 0;
    for (int i = 0; i < d; i++) {
      double x = features[row * d + i];
      double before = x - mean[i];
      mean[i] += before * share;
      sum += before * (x - mean[i]);
    }
    squares[group] += sum;
  }

  /** The total variance of a group; 0 without rows. */
  double of(int group) {
    return counts[group] == 0 ? 0 : squares[group] / counts[group];
  }

  /**
   * @return the variance of one group divided by that of another; null if the latter is 0
   */
  Double ratio(int group, int other) {
    return of(other) == 0 ? null : (Double) (of(group) / of(other));
  }
}
