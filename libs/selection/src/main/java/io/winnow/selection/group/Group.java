package io.winnow.selection.group;

import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The rows that a criterion scores together, in memory: the rows of a class, or all rows.
 *
 * @param index the class's label, or 0
 * @param dimension d
 * @param features n×d, row-major, in table order
 */
public record Group(int index, int dimension, float[] features) {
  // below this size, waking other threads takes longer than the work
  private static final int PARALLEL_FROM = 1 << 16;

  /** n. */
  public int rows() {
    return features.length / dimension;
  }

  /** Row i in float64. */
  public double[] row(int i) {
    double[] row = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      row[j] = features[i * dimension + j];
    }
    return row;
  }

  /** The mean of the rows, which must be at least one. */
  public double[] mean() {
    double[] mean = new double[dimension];
    int n = rows();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < dimension; j++) {
        mean[j] += features[i * dimension + j];
      }
    }
    for (int j = 0; j < dimension; j++) {
      mean[j] /= n;
    }
    return mean;
  }

  /**
   * ‖zᵢ − p‖² of every selected row i, computed in parallel. Each sum belongs to one row, so the
   * result does not depend on the number of processors.
   *
   * @param selected which rows to compute
   * @param out receives the result, length n; the values of other rows stay unchanged
   */
  public void squaredDistances(double[] p, IntPredicate selected, double[] out) {
    each(
        i -> {
          if (selected.test(i)) {
            out[i] = squaredDistance(i, p);
          }
        });
  }

  /** Runs an action for every row, in parallel if there are many. */
  public void each(IntConsumer action) {
    IntStream rows = IntStream.range(0, rows());
    (features.length < PARALLEL_FROM ? rows : rows.parallel()).forEach(action);
  }

  /** ‖zᵢ − p‖², in float64. */
  public double squaredDistance(int i, double[] p) {
    int from = i * dimension;
    // four independent sums let the processor overlap the additions
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int j = 0;
    for (; j + 3 < dimension; j += 4) {
      double d0 = features[from + j] - p[j];
      double d1 = features[from + j + 1] - p[j + 1];
      double d2 = features[from + j + 2] - p[j + 2];
      double d3 = features[from + j + 3] - p[j + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; j < dimension; j++) {
      double difference = features[from + j] - p[j];
      s0 += difference * difference;
    }
    return (s0 + s1) + (s2 + s3);
  }
}
