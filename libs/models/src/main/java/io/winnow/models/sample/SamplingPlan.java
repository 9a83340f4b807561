package io.winnow.models.sample;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;

/**
 * How images are drawn from a model.
 *
 * @param steps timesteps visited, evenly spread over the schedule's T, 1 or more
 * @param eta share of fresh noise a step: 0 is DDIM (Song et al., arXiv 2010.02502), 1 with all T
 *     steps is DDPM's ancestral sampling (Ho et al., arXiv 2006.11239) with the posterior's
 *     variance
 * @param guidance strength of classifier-free guidance (Ho and Salimans, arXiv 2207.12598): ε =
 *     ε(no class) + guidance·(ε(class) − ε(no class)); 1 for none, which takes half the time
 * @param batch images in one call of the engine, 1 or more
 * @param seed of all noise
 */
public record SamplingPlan(int steps, double eta, double guidance, int batch, long seed) {
  /** The name under which {@link #seed(long)} derives. */
  public static final String SEED_NAME = "sample";

  public SamplingPlan {
    if (steps < 1 || batch < 1) {
      throw new InvalidInputException(
          "cannot sample in %d steps, %d at once".formatted(steps, batch),
          "give at least 1 of each");
    }
    if (!(eta >= 0 && eta <= 1)) {
      throw new InvalidInputException("eta cannot be " + eta, "give 0 (DDIM) to 1 (DDPM)");
    }
    if (!(guidance >= 0 && guidance <= 100)) {
      throw new InvalidInputException(
          "guidance cannot be " + guidance, "give 1 for none, or usually 1.5 to 4");
    }
  }

  /** The seed of all noise, from that of a run or a request. */
  public static long seed(long of) {
    return Seeds.of(of, SEED_NAME);
  }

  /** DDIM, η = 0. */
  public static SamplingPlan ddim(int steps, double guidance, int batch, long seed) {
    return new SamplingPlan(steps, 0, guidance, batch, seed);
  }

  /**
   * DDPM's ancestral sampling.
   *
   * @param timesteps the model's T
   */
  public static SamplingPlan ddpm(int timesteps, double guidance, int batch, long seed) {
    return new SamplingPlan(timesteps, 1, guidance, batch, seed);
  }
}
