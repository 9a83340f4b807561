package io.winnow.models.surrogate;

import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.optimiser.Optimiser;

/**
 * Everything besides the data that determines the result of training a classifier.
 *
 * @param model the network
 * @param optimiser the optimiser and its schedule
 * @param flip whether each image is flipped horizontally with probability ½
 * @param seed of the initial weights and of every random draw
 */
public record ClassifierPlan(ClassifierConfig model, Optimiser optimiser, boolean flip, long seed) {

  /** The source of the training kernel. */
  public KernelSource kernel() {
    return ClassifierKernel.training(ClassifierKernel.network(model), optimiser, flip);
  }
}
