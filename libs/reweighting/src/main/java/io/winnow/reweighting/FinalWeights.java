package io.winnow.reweighting;

import java.util.Arrays;
import java.util.stream.LongStream;

/** What becomes of weights at the end, and weights that need no model. */
public final class FinalWeights {
  private FinalWeights() {}

  /** All 1. */
  static double[] uniform(int classes) {
    double[] ones = new double[classes];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * Weights with mean 1 and max/min at most {@code cap}: whatever lies below max/cap is raised to
   * it, the others keep their proportions to each other.
   *
   * @param weights at least 0, not all 0; length k
   * @param cap at least 1; 1 makes all alike
   */
  public static double[] capped(double[] weights, double cap) {
    double floor = Arrays.stream(weights).max().orElseThrow() / cap;
    double[] raised = Arrays.stream(weights).map(w -> Math.max(w, floor)).toArray();
    double mean = Arrays.stream(raised).sum() / raised.length;
    return Arrays.stream(raised).map(w -> w / mean).toArray();
  }

  /**
   * In proportion to 1/n_c, capped, with mean 1 over the classes that the coreset has. One that it
   * lacks gets 1: its weight is never used, and must not move the others'.
   *
   * @param rows n_c, not all 0; length k
   */
  public static double[] inverseFrequency(long[] rows, double cap) {
    double[] present =
        capped(LongStream.of(rows).filter(n -> n > 0).mapToDouble(n -> 1.0 / n).toArray(), cap);
    double[] weights = uniform(rows.length);
    int next = 0;
    for (int c = 0; c < rows.length; c++) {
      if (rows[c] > 0) {
        weights[c] = present[next++];
      }
    }
    return weights;
  }
}
