package io.winnow.reweighting;

import io.winnow.contracts.spec.WeightingInfo;

/** Class weights that need no model. */
public non-sealed interface FixedMethod extends WeightingMethod {

  /** Whether the weights depend on the coreset. */
  boolean usesCoreset();

  /**
   * @param rows number of rows of each class in the coreset, not all 0; length k. All 1 unless the
   *     method {@link #usesCoreset}
   * @param cap greatest max/min of the weights, at least 1
   * @return weights with mean 1, length k
   */
  double[] weights(long[] rows, double cap);

  @Override
  default WeightingInfo info() {
    return new WeightingInfo(name(), description(), false, false);
  }
}
