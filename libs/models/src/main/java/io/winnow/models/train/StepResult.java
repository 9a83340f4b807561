package io.winnow.models.train;

import java.util.OptionalInt;

/**
 * What one training step saw, before its update.
 *
 * @param losses each sample's loss, unweighted, in the batch's order: the mean squared error of ε,
 *     or a classifier's cross entropy in nats
 * @param gradientNorm the norm of the whole gradient before clipping
 */
public record StepResult(float[] losses, double gradientNorm) {
  /** The mean of the losses. */
  public double meanLoss() {
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }

  /**
   * Checks a step before its result is used.
   *
   * @param step counted from 0
   * @return this
   * @throws TrainingDivergedException if a loss or the norm is not finite
   */
  public StepResult requireFinite(long step) {
    long seen = step * losses.length;
    for (int i = 0; i < losses.length; i++) {
      if (!Float.isFinite(losses[i])) {
        throw new TrainingDivergedException(
            step,
            seen,
            "the loss of the batch's image " + i + " is " + losses[i],
            OptionalInt.of(i));
      }
    }
    if (!Double.isFinite(gradientNorm)) {
      throw new TrainingDivergedException(
          step, seen, "the gradient's norm is " + gradientNorm, OptionalInt.empty());
    }
    return this;
  }
}
