package io.winnow.models.sample;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.train.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of the sampler, x_t to x_s with s before t (Song et al., arXiv 2010.02502, eq. 12 and
 * 16): x_s = √ᾱ_s·x̂0 + direction·ε̂ + σ·z, with x̂0 = clip((x_t − √(1−ᾱ_t)·ε) / √ᾱ_t) and ε̂ the
 * noise that leads from the clipped x̂0 to x_t; latents are not clipped.
 *
 * @param timestep t
 * @param signal √ᾱ_t
 * @param spread √(1−ᾱ_t)
 * @param nextSignal √ᾱ_s; 1 at the end
 * @param direction √(1−ᾱ_s−σ²)
 * @param sigma η·√((1−ᾱ_s)/(1−ᾱ_t))·√(1−ᾱ_t/ᾱ_s)
 */
record SamplerStep(
    int timestep, double signal, double spread, double nextSignal, double direction, double sigma) {

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
    double[] signal = schedule.signal();
    List<SamplerStep> steps = new ArrayList<>();
    for (int k = plan.steps() - 1; k >= 0; k--) {
      int timestep = timestep(schedule, plan, k);
      double here = signal[timestep];
      double next = k == 0 ? 1 : signal[timestep(schedule, plan, k - 1)];
      double sigma = plan.eta() * Math.sqrt((1 - next) / (1 - here) * (1 - here / next));
      steps.add(
          new SamplerStep(
              timestep,
              Math.sqrt(here),
              Math.sqrt(1 - here),
              Math.sqrt(next),
              Math.sqrt(Math.max(0, 1 - next - sigma * sigma)),
              sigma));
    }
    return steps;
  }

  private static int timestep(NoiseSchedule schedule, SamplingPlan plan, int k) {
    return (int) ((k + 1L) * schedule.timesteps() / plan.steps()) - 1;
  }
}
