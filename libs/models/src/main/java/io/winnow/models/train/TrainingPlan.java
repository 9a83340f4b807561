package io.winnow.models.train;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.unet.Unet;
import io.winnow.models.unet.UnetConfig;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layout;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.AdamKernel;
import io.winnow.torch.optimiser.AdamSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that decides the bits of a training but the data: equal plans and equal batches give
 * equal weights.
 *
 * @param model the architecture
 * @param schedule the noise
 * @param objective the loss
 * @param optimiser the steps
 * @param precision what the network computes in
 * @param microBatch so many images at a time go through the network, gradients are added up over a
 *     step; 0 for all at once
 * @param values what the images are made of
 * @param seed of the initial weights and of every draw
 */
public record TrainingPlan(
    UnetConfig model,
    NoiseSchedule schedule,
    Objective objective,
    AdamSettings optimiser,
    Precision precision,
    int microBatch,
    Values values,
    long seed) {

  public TrainingPlan {
    if (microBatch < 0) {
      throw new InvalidInputException(
          "microBatch cannot be " + microBatch, "give at least 1, or 0 for the whole batch");
    }
  }

  /** A plan for pixels. */
  public TrainingPlan(
      UnetConfig model,
      NoiseSchedule schedule,
      Objective objective,
      AdamSettings optimiser,
      Precision precision,
      int microBatch,
      long seed) {
    this(model, schedule, objective, optimiser, precision, microBatch, Values.PIXELS, seed);
  }

  /** The same for other values. */
  public TrainingPlan on(Values values) {
    return new TrainingPlan(
        model, schedule, objective, optimiser, precision, microBatch, values, seed);
  }

  /** The network, without the step. */
  Network network(Layout layout) {
    return Unet.write(model, precision, layout);
  }

  /** The readable kernel that trains this plan on the processor. */
  public KernelSource kernel() {
    return kernel(network(Layout.CONTIGUOUS));
  }

  KernelSource kernel(Network network) {
    List<String> functions = new ArrayList<>(network.functions());
    functions.addAll(ObjectiveKernel.lossFunctions(schedule.prediction(), values));
    functions.addAll(AdamKernel.functions(optimiser));
    functions.addAll(ObjectiveKernel.stepFunctions(objective, model.nullClass(), microBatch));
    return new KernelSource("denoiser training", functions);
  }
}
