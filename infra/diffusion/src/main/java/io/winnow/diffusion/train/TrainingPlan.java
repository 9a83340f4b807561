package io.winnow.diffusion.train;

import io.winnow.diffusion.kernel.KernelSource;
import io.winnow.diffusion.kernel.Network;
import io.winnow.diffusion.kernel.Precision;
import io.winnow.diffusion.optimiser.AdamKernel;
import io.winnow.diffusion.optimiser.AdamSettings;
import io.winnow.diffusion.unet.Unet;
import io.winnow.diffusion.unet.UnetConfig;
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
 * @param seed of the initial weights and of every draw
 */
public record TrainingPlan(
    UnetConfig model,
    NoiseSchedule schedule,
    Objective objective,
    AdamSettings optimiser,
    Precision precision,
    long seed) {

  /** The network, without the step. */
  Network network() {
    return Unet.write(model, precision);
  }

  /** The readable kernel that trains this plan. */
  public KernelSource kernel() {
    return kernel(network());
  }

  KernelSource kernel(Network network) {
    List<String> functions = new ArrayList<>(network.functions());
    functions.addAll(ObjectiveKernel.lossFunctions());
    functions.addAll(AdamKernel.functions(optimiser));
    functions.addAll(ObjectiveKernel.stepFunctions(objective, model.nullClass()));
    return new KernelSource("denoiser training", functions);
  }
}
