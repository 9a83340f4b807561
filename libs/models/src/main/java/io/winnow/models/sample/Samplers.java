package io.winnow.models.sample;

import io.winnow.contracts.spec.SamplingSpec.Sampler;
import io.winnow.models.train.Chain;
import io.winnow.models.train.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The samplers there are. */
public final class Samplers {
  private static final Map<Sampler, StepRule> RULES =
      Map.of(
          Sampler.DDIM, (chain, k, eta) -> SamplerStep.of(chain, k, eta, false),
          Sampler.DDPM, (chain, k, eta) -> SamplerStep.of(chain, k, 1, true));

  private Samplers() {}

  /**
   * The steps of a plan, from noise to image.
   *
   * @throws io.winnow.contracts.InvalidInputException the schedule has no such steps
   */
  static List<SamplerStep> steps(NoiseSchedule schedule, SamplingPlan plan) {
    int[] timesteps = Timesteps.of(plan.spacing(), schedule.timesteps(), plan.steps());
    return steps(schedule, plan.sampler(), timesteps, plan.eta());
  }

  /**
   * The steps that visit given timesteps, from noise to image.
   *
   * @param timesteps rising, in [0, T)
   * @param eta η in [0, 1], of DDIM
   */
  public static List<SamplerStep> steps(
      NoiseSchedule schedule, Sampler sampler, int[] timesteps, double eta) {
    Chain chain = schedule.chain().over(timesteps);
    StepRule rule = RULES.get(sampler);
    List<SamplerStep> steps = new ArrayList<>();
    for (int k = chain.length() - 1; k >= 0; k--) {
      steps.add(rule.step(chain, k, eta));
    }
    return steps;
  }
}
