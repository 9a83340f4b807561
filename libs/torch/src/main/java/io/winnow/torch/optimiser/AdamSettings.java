package io.winnow.torch.optimiser;

import io.winnow.contracts.InvalidInputException;

/**
 * Adam (Kingma and Ba, arXiv 1412.6980) with decoupled weight decay (arXiv 1711.05101), warm-up,
 * clipping and a running mean of the weights.
 *
 * @param learningRate the rate after warm-up, above 0
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param weightDecay 0 or more
 * @param warmUpSteps steps over which the rate rises linearly from 0, 0 or more
 * @param decaySteps the step at which a cosine brings the rate to {@code finalRate} of it; 0 keeps
 *     it constant
 * @param finalRate the share of the rate that is left at the end of the decay, in [0, 1]
 * @param clipNorm the largest norm of the whole gradient, above 0
 * @param emaDecay decay of the weights' running mean, in [0, 1)
 */
public record AdamSettings(
    double learningRate,
    double beta1,
    double beta2,
    double weightDecay,
    long warmUpSteps,
    long decaySteps,
    double finalRate,
    double clipNorm,
    double emaDecay) {

  public AdamSettings {
    require(learningRate > 0 && Double.isFinite(learningRate), "learningRate", learningRate);
    require(beta1 >= 0 && beta1 < 1, "beta1", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2", beta2);
    require(weightDecay >= 0, "weightDecay", weightDecay);
    require(warmUpSteps >= 0, "warmUpSteps", warmUpSteps);
    require(decaySteps >= 0, "decaySteps", decaySteps);
    require(finalRate >= 0 && finalRate <= 1, "finalRate", finalRate);
    require(clipNorm > 0, "clipNorm", clipNorm);
    require(emaDecay >= 0 && emaDecay < 1, "emaDecay", emaDecay);
  }

  private static void require(boolean holds, String name, double value) {
    if (!holds) {
      throw new InvalidInputException(
          name + " cannot be " + value, "rates are above 0, decays in [0, 1), steps not negative");
    }
  }

  /**
   * The learning rate of a step.
   *
   * @param step counted from 0
   */
  public double rate(long step) {
    double rate = learningRate * Math.min(1.0, (step + 1.0) / Math.max(1, warmUpSteps));
    if (decaySteps == 0) {
      return rate;
    }
    double progress = Math.min(1.0, (double) step / decaySteps);
    double cosine = 0.5 * (1 + StrictMath.cos(Math.PI * progress));
    return rate * (finalRate + (1 - finalRate) * cosine);
  }

  /**
   * The EMA's decay at a step: (1 + n) / (10 + n) while that is smaller, so that the mean forgets
   * the start soon.
   *
   * @param step counted from 0
   */
  public double emaDecay(long step) {
    return Math.min(emaDecay, (1.0 + step) / (10.0 + step));
  }
}
