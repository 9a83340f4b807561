package io.winnow.reweighting;

import java.util.Arrays;

/** All weights are 1. */
final class Uniform implements FixedMethod {

  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public String description() {
    return "All weights are 1";
  }

  @Override
  public boolean usesCoreset() {
    return false;
  }

  @Override
  public double[] weights(long[] rows, double cap) {
    double[] ones = new double[rows.length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
