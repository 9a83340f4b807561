package io.winnow.models.sample;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.spec.SamplingSpec;
import io.winnow.contracts.spec.SamplingSpec.Sampler;
import io.winnow.contracts.spec.SamplingSpec.Spacing;

/**
 * How images are drawn from a model.
 *
 * @param sampler the rule of a step
 * @param spacing which timesteps are visited
 * @param steps timesteps visited, 1 or more
 * @param eta DDIM's share of fresh noise a step: 0 is deterministic, 1 adds as much as DDPM with
 *     the posterior's variance; of DDPM 1
 * @param guidance strength of classifier-free guidance
 * @param clip whether estimates of x0 are clipped to [−1, 1]; null for pixels only
 * @param batch images in one call of the engine, 1 or more
 * @param seed of all noise
 */
public record SamplingPlan(
    Sampler sampler,
    Spacing spacing,
    int steps,
    double eta,
    Guidance guidance,
    Boolean clip,
    int batch,
    long seed) {
  /** The name under which {@link #seed(long)} derives. */
  public static final String SEED_NAME = "sample";

  public SamplingPlan {
    if (steps < 1 || batch < 1) {
      throw new InvalidInputException(
          "cannot sample in %d steps, %d at once".formatted(steps, batch),
          "give at least 1 of each");
    }
    if (!(eta >= 0 && eta <= 1)) {
      throw new InvalidInputException("eta cannot be " + eta, "give a value in [0, 1]");
    }
  }

  /** The seed of all noise, from that of a run or a request. */
  public static long seed(long of) {
    return Seeds.of(of, SEED_NAME);
  }

  /**
   * As a run's spec says.
   *
   * @param seed of the run
   */
  public static SamplingPlan of(SamplingSpec spec, long seed) {
    return new SamplingPlan(
        spec.sampler(),
        spec.spacing(),
        spec.steps(),
        spec.sampler() == Sampler.DDPM ? 1 : spec.eta(),
        new Guidance(spec.guidance(), spec.guidanceSchedule(), spec.guidancePower()),
        spec.clip(),
        spec.batch(),
        seed(seed));
  }

  /** DDIM, η = 0, with constant guidance. */
  public static SamplingPlan ddim(int steps, double guidance, int batch, long seed) {
    return ddim(steps, 0, guidance, batch, seed);
  }

  /** DDIM with constant guidance. */
  public static SamplingPlan ddim(int steps, double eta, double guidance, int batch, long seed) {
    return plan(Sampler.DDIM, steps, eta, guidance, batch, seed);
  }

  /** DDPM's ancestral sampling with constant guidance, from the first timestep to the last. */
  public static SamplingPlan ddpm(int steps, double guidance, int batch, long seed) {
    return plan(Sampler.DDPM, steps, 1, guidance, batch, seed);
  }

  private static SamplingPlan plan(
      Sampler sampler, int steps, double eta, double guidance, int batch, long seed) {
    return new SamplingPlan(
        sampler, sampler.spacing(), steps, eta, Guidance.constant(guidance), null, batch, seed);
  }

  /** How often an image goes through the network: once a step, twice with guidance. */
  public long passes() {
    return (long) steps * (guidance.none() ? 1 : 2);
  }
}
