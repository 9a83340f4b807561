package io.winnow.models.sample;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.train.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One step of the sampler, x_t to x_s with s before t (Song et al., arXiv 2010.02502, eq. 12 and
 * 16): x_s = √ᾱ_s·x̂0 + direction·ε̂ + σ·z, with x̂0 = clip((x_t − √(1−ᾱ_t)·ε) / √ᾱ_t) and ε̂ the
 * noise that leads from the clipped x̂0 to x_t; latents are not clipped. With η = 1 this is DDPM's
 * step (Ho et al., arXiv 2006.11239) of the chain that visits only these timesteps; a model that
 * learns its variance then replaces σ² by its own, between β̃ and β of that chain (Nichol and
 * Dhariwal, arXiv 2102.09672).
 *
 * @param timestep t
 * @param signal √ᾱ_t
 * @param spread √(1−ᾱ_t)
 * @param nextSignal √ᾱ_s; 1 at the end
 * @param direction √(1−ᾱ_s−σ²)
 * @param sigma η·√((1−ᾱ_s)/(1−ᾱ_t))·√(1−ᾱ_t/ᾱ_s)
 * @param ancestral whether η is 1
 * @param logSmallest ln β̃, the smallest variance
 * @param logLargest ln β, the largest variance
 */
public record SamplerStep(
    int timestep,
    double signal,
    double spread,
    double nextSignal,
    double direction,
    double sigma,
    boolean ancestral,
    double logSmallest,
    double logLargest) {

  /**
   * The steps of a plan, from noise to image.
   *
   * @throws InvalidInputException if the plan has more steps than the schedule
   */
  static List<SamplerStep> of(NoiseSchedule schedule, SamplingPlan plan) {
    if (plan.steps() > schedule.timesteps()) {
      throw new InvalidInputException(
          "cannot sample in %d steps from a schedule of %d"
              .formatted(plan.steps(), schedule.timesteps()),
          "give at most " + schedule.timesteps());
    }
    int[] timesteps =
        IntStream.range(0, plan.steps())
            .map(k -> (int) ((k + 1L) * schedule.timesteps() / plan.steps()) - 1)
            .toArray();
    return of(schedule, timesteps, plan.eta());
  }

  /**
   * The steps that visit given timesteps, from noise to image.
   *
   * @param timesteps rising, in [0, T)
   * @param eta η in [0, 1]
   */
  public static List<SamplerStep> of(NoiseSchedule schedule, int[] timesteps, double eta) {
    double[] alphasCumprod = schedule.alphasCumprod();
    List<SamplerStep> steps = new ArrayList<>();
    for (int k = 0; k < timesteps.length; k++) {
      double here = alphasCumprod[timesteps[k]];
      double next = k == 0 ? 1 : alphasCumprod[timesteps[k - 1]];
      double sigma = eta * Math.sqrt((1 - next) / (1 - here) * (1 - here / next));
      // No noise is added in the last step, k = 0, so its variance does not matter.
      double logSmallest = k == 0 ? 0 : Math.log((1 - here / next) * (1 - next) / (1 - here));
      steps.add(
          0,
          new SamplerStep(
              timesteps[k],
              Math.sqrt(here),
              Math.sqrt(1 - here),
              Math.sqrt(next),
              Math.sqrt(Math.max(0, 1 - next - sigma * sigma)),
              sigma,
              eta == 1,
              logSmallest,
              Math.log(1 - here / next)));
    }
    return steps;
  }

  /** The argument c of the sampler's kernel, see {@link SamplerKernel}. */
  public double[] coefficients(double guidance) {
    return new double[] {
      guidance,
      timestep,
      signal,
      spread,
      nextSignal,
      direction,
      sigma,
      ancestral ? 1 : 0,
      logSmallest,
      logLargest
    };
  }
}
