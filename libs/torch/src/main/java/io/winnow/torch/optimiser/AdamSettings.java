package io.winnow.torch.optimiser;

import java.util.List;

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
    double emaDecay)
    implements Optimiser {

  public AdamSettings {
    new StepSchedule(learningRate, warmUpSteps, decaySteps, finalRate, emaDecay);
    StepSchedule.require(beta1 >= 0 && beta1 < 1, "beta1", beta1);
    StepSchedule.require(beta2 >= 0 && beta2 < 1, "beta2", beta2);
    StepSchedule.require(weightDecay >= 0, "weightDecay", weightDecay);
    StepSchedule.require(clipNorm > 0, "clipNorm", clipNorm);
  }

  @Override
  public String name() {
    return "adam";
  }

  /** The first and the second moment of the gradient. */
  @Override
  public List<String> moments() {
    return List.of("m", "v");
  }

  @Override
  public String function() {
    return AdamKernel.function(this);
  }

  @Override
  public StepSchedule schedule() {
    return new StepSchedule(learningRate, warmUpSteps, decaySteps, finalRate, emaDecay);
  }
}
