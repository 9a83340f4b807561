package io.winnow.torch.optimiser;

import io.winnow.contracts.InvalidInputException;

/**
 * Adan (Xie et al., arXiv 2208.06677). Every decay multiplies the old moment, as in the authors'
 * code: it is 1 − β of the paper.
 *
 * @param beta1 decay of the gradient's moment, in [0, 1)
 * @param beta2 decay of the moment of the gradient's differences, in [0, 1)
 * @param beta3 decay of the second moment, in [0, 1)
 * @param epsilon what is added to the root of the second moment, above 0
 * @param weightDecay 0 or more
 * @param noProx whether the weights decay before the update, as AdamW's do; else they are divided
 *     after it (the proximal step of the paper)
 * @param clipNorm the largest norm of the gradient of all parameters; 0 for no limit
 */
public record AdanSettings(
    double beta1,
    double beta2,
    double beta3,
    double epsilon,
    double weightDecay,
    boolean noProx,
    double clipNorm) {

  public AdanSettings {
    requireDecay(beta1, "beta1");
    requireDecay(beta2, "beta2");
    requireDecay(beta3, "beta3");
    require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", epsilon, "give a number above 0");
    requireNotNegative(weightDecay, "weightDecay");
    requireNotNegative(clipNorm, "clipNorm");
  }

  private static void requireDecay(double value, String name) {
    require(value >= 0 && value < 1, name, value, "give a number from 0 to below 1");
  }

  private static void requireNotNegative(double value, String name) {
    require(value >= 0 && Double.isFinite(value), name, value, "give 0 or more");
  }

  private static void require(boolean holds, String name, double value, String remedy) {
    if (!holds) {
      throw new InvalidInputException(name + " cannot be " + value, remedy);
    }
  }
}
