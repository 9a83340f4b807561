package io.winnow.metrics;

import io.winnow.contracts.run.Measure;
import java.util.Arrays;

/**
 * The delete-a-group jackknife (Wolter, Introduction to Variance Estimation, 2007, ch. 4): with the
 * figure θ₍g₎ of all samples but those of group g, its variance over draws of the samples is (G −
 * 1)/G · Σ (θ₍g₎ − θ̄)². Half the 95 % interval is its root times Student's t of G − 1 degrees of
 * freedom. A figure's bias with few samples is not in it.
 */
final class Jackknife {
  /** G. */
  static final int GROUPS = 10;

  private static final double STUDENT = 2.262157162798205;
  private static final int LEAST_IN_GROUP = 2;

  private Jackknife() {}

  /** Whether so many samples make groups. */
  static boolean possible(int samples) {
    return samples >= LEAST_IN_GROUP * GROUPS;
  }

  /**
   * @param leftOut the figure without each group; empty where there are no groups
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
   * The measure of a mean of one number a sample.
   *
   * @param values by position; a sample's group is its position's remainder by {@link #GROUPS}
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
