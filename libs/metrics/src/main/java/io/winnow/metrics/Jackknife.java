package io.winnow.metrics;

import io.winnow.contracts.run.Measure;
import java.util.Arrays;

/**
 * The delete-a-group jackknife (Wolter, Introduction to Variance Estimation, 2007, ch. 4). With
 * θ₍g₎ the statistic of all samples except group g, its variance over draws of the samples is (G −
 * 1)/G · Σ (θ₍g₎ − θ̄)². Half of the 95 % interval is the square root times Student's t for G − 1
 * degrees of freedom. The bias of a statistic with few samples is not included.
 */
final class Jackknife {
  /** G. */
  static final int GROUPS = 10;

  private static final double STUDENT = 2.262157162798205;
  private static final int LEAST_IN_GROUP = 2;

  private Jackknife() {}

  /** Whether that many samples can be divided into groups. */
  static boolean possible(int samples) {
    return samples >= LEAST_IN_GROUP * GROUPS;
  }

  /**
   * @param leftOut the statistic without each group; empty without groups
   */
  static Measure measure(double value, double[] leftOut) {
    if (leftOut.length == 0) {
      return Measure.of(value);
    }
    double mean = Arrays.stream(leftOut).sum() / leftOut.length;
    double squares = Arrays.stream(leftOut).map(x -> (x - mean) * (x - mean)).sum();
    double groups = leftOut.length;
    return new Measure(value, STUDENT * Math.sqrt((groups - 1) / groups * squares));
  }

  /**
   * The mean of one value per sample, with its spread.
   *
   * @param values by position; the group of a sample is its position modulo {@link #GROUPS}
   */
  static Measure ofMean(double[] values) {
    double[] sums = new double[GROUPS];
    int[] counts = new int[GROUPS];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sums[i % GROUPS] += values[i];
      counts[i % GROUPS]++;
      sum += values[i];
    }
    double[] leftOut = new double[possible(values.length) ? GROUPS : 0];
    for (int g = 0; g < leftOut.length; g++) {
      leftOut[g] = (sum - sums[g]) / (values.length - counts[g]);
    }
    return measure(sum / values.length, leftOut);
  }
}
