package io.winnow.reweighting;

import java.util.stream.LongStream;

/** Weights proportional to 1/n_c, with n_c the number of rows of class c in the coreset. */
final class InverseFrequency implements FixedMethod {

  @Override
  public String name() {
    return "inverse-frequency";
  }

  @Override
  public String description() {
    return "Inversely proportional to the number of rows of the class in the coreset";
  }

  @Override
  public boolean usesCoreset() {
    return true;
  }

  /**
   * Weights have mean 1 over the classes that the coreset contains. A missing class gets 1: its
   * weight is never used and must not affect the others.
   */
  @Override
  public double[] weights(long[] rows, double cap) {
    double[] present =
        FinalWeights.capped(
            LongStream.of(rows).filter(n -> n > 0).mapToDouble(n -> 1.0 / n).toArray(), cap);
    double[] weights = new double[rows.length];
    int next = 0;
    for (int c = 0; c < rows.length; c++) {
      weights[c] = rows[c] > 0 ? present[next++] : 1;
    }
    return weights;
  }
}
