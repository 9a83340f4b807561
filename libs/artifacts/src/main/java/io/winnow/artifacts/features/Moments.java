package io.winnow.artifacts.features;

import io.winnow.contracts.InvalidInputException;
import java.util.Arrays;

/**
 * Count, sum and, unless they would be too many numbers, sum of outer products of some rows of d
 * numbers, in float64.
 */
final class Moments {
  private long count;
  private final double[] sum;
  // the upper triangle by rows, d(d+1)/2 numbers: as numpy.triu_indices(d) goes; or none
  private final double[] outer;

  /** Of no rows. */
  Moments(int d, boolean second) {
    this(0, new double[d], new double[second ? Math.toIntExact(triangle(d)) : 0]);
  }

  Moments(long count, double[] sum, double[] outer) {
    this.count = count;
    this.sum = sum;
    this.outer = outer;
  }

  static long triangle(int d) {
    return (long) d * (d + 1) / 2;
  }

  long count() {
    return count;
  }

  double[] sum() {
    return sum;
  }

  double[] outer() {
    return outer;
  }

  boolean hasOuter() {
    return outer.length > 0;
  }

  /** Adds the row that begins at {@code at}. */
  void add(float[] rows, int at) {
    count++;
    int k = 0;
    for (int i = 0; i < sum.length; i++) {
      double x = rows[at + i];
      sum[i] += x;
      for (int j = i; j < sum.length && outer.length > 0; j++) {
        outer[k++] += x * rows[at + j];
      }
    }
  }

  void add(Moments other) {
    count += other.count;
    Arrays.setAll(sum, i -> sum[i] + other.sum[i]);
    Arrays.setAll(outer, i -> outer[i] + other.outer[i]);
  }

  double[] mean(String what) {
    require(1, what);
    return Arrays.stream(sum).map(s -> s / count).toArray();
  }

  /** d×d row-major, divided by count − ddof. */
  double[] covariance(int ddof, String what) {
    require(Math.max(1, ddof + 1), what);
    int d = sum.length;
    double[] covariance = new double[Math.multiplyExact(d, d)];
    int k = 0;
    for (int i = 0; i < d; i++) {
      for (int j = i; j < d; j++) {
        double v = (outer[k++] - sum[i] * sum[j] / count) / (count - ddof);
        covariance[i * d + j] = v;
        covariance[j * d + i] = v;
      }
    }
    return covariance;
  }

  private void require(int wanted, String what) {
    if (count < wanted) {
      throw new InvalidInputException(
          what
              + " has "
              + count
              + (count == 1 ? " row" : " rows")
              + ", its statistics want at least "
              + wanted,
          "give every class more images");
    }
  }
}
