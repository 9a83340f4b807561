package io.winnow.reweighting;

import java.util.Arrays;

/** The last step from measured weights to the ones that are used. */
public final class FinalWeights {
  private FinalWeights() {}

  /**
   * Weights with mean 1 and max/min at most {@code cap}: weights below max/cap are raised to it,
   * the others keep their proportions.
   *
   * @param weights at least 0, not all 0; length k
   * @param cap at least 1; 1 makes all equal
   */
  public static double[] capped(double[] weights, double cap) {
    double floor = Arrays.stream(weights).max().orElseThrow() / cap;
    double[] raised = Arrays.stream(weights).map(w -> Math.max(w, floor)).toArray();
    double mean = Arrays.stream(raised).sum() / raised.length;
    return Arrays.stream(raised).map(w -> w / mean).toArray();
  }
}
