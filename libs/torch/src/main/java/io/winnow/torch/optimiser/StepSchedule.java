package io.winnow.torch.optimiser;

import io.winnow.contracts.InvalidInputException;

/**
 * The rates of an optimiser's steps and of the running mean of the weights.
 *
 * @param learningRate the rate after warm-up, above 0
 * @param warmUpSteps steps over which the rate rises linearly from 0, 0 or more
 * @param decaySteps the step at which a cosine brings the rate to {@code finalRate} of it; 0 keeps
 *     it constant
 * @param finalRate the share of the rate that is left at the end of the decay, in [0, 1]
 * @param emaDecay decay of the weights' running mean, in [0, 1)
 */
public record StepSchedule(
    double learningRate, long warmUpSteps, long decaySteps, double finalRate, double emaDecay) {

  public StepSchedule {
    require(learningRate > 0 && Double.isFinite(learningRate), "learningRate", learningRate);
    require(warmUpSteps >= 0, "warmUpSteps", warmUpSteps);
    require(decaySteps >= 0, "decaySteps", decaySteps);
    require(finalRate >= 0 && finalRate <= 1, "finalRate", finalRate);
    require(emaDecay >= 0 && emaDecay < 1, "emaDecay", emaDecay);
  }

  static void require(boolean holds, String name, double value) {
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
