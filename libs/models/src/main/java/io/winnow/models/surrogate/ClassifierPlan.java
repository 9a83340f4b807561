package io.winnow.models.surrogate;

import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.optimiser.AdamSettings;

/**
 * Everything that decides the bits of a classifier's training but the data.
 *
 * @param model the architecture
 * @param optimiser the steps
 * @param flip whether half of the images are mirrored left to right
 * @param seed of the initial weights and of every draw
 */
public record ClassifierPlan(
    ClassifierConfig model, AdamSettings optimiser, boolean flip, long seed) {

  /** The readable kernel that trains this plan. */
  public KernelSource kernel() {
    return ClassifierKernel.training(ClassifierKernel.network(model), optimiser, flip);
  }
}
