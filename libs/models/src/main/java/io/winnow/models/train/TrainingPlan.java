package io.winnow.models.train;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.architecture.Backbone;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.architecture.KernelAssembler;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layout;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.Optimiser;
import io.winnow.torch.optimiser.OptimiserKernel;
import java.util.Map;

/**
 * Everything that decides the bits of a training but the data: equal plans and equal batches give
 * equal weights.
 *
 * @param model the architecture, the examples and the condition
 * @param schedule the noise
 * @param objective the loss
 * @param optimiser the steps
 * @param precision what the network computes in
 * @param microBatch maximum number of images per pass through the network, whose gradients are
 *     accumulated over a step; 0 for the whole batch
 * @param seed of the initial weights and of every draw
 */
public record TrainingPlan(
    DenoiserConfig model,
    NoiseSchedule schedule,
    Objective objective,
    Optimiser optimiser,
    Precision precision,
    int microBatch,
    long seed) {

  public TrainingPlan {
    if (microBatch < 0) {
      throw new InvalidInputException(
          "microBatch cannot be " + microBatch, "give at least 1, or 0 for the whole batch");
    }
  }

  /** The network, as the step's kernel has it. */
  Backbone backbone(Layout layout) {
    return Backbone.of(model, new NetworkOptions(Namespace.ROOT, precision, layout));
  }

  /** The readable kernel that trains this plan on the processor. */
  public KernelSource kernel() {
    return kernel(backbone(Layout.CONTIGUOUS));
  }

  KernelSource kernel(Backbone backbone) {
    return KernelAssembler.of("denoiser training")
        .add(backbone)
        .add(ObjectiveKernel.lossFunctions(backbone, schedule.prediction()))
        .add(OptimiserKernel.functions(optimiser))
        .add(ObjectiveKernel.stepFunctions(backbone, schedule.prediction(), objective, microBatch))
        .source();
  }

  /** The initial weights by parameter name. */
  public Map<String, Tensor> initialWeights() {
    return backbone(Layout.CONTIGUOUS).network().parameters().initial(seed);
  }
}
