package io.winnow.models.sample;

import io.winnow.models.train.Chain;

/** How a sampler gets from one timestep of a chain to the one before. */
interface StepRule {
  /**
   * @param k the step of the chain, whose last, 0, gives the image
   * @param eta the share of fresh noise, for samplers that have the choice
   */
  SamplerStep step(Chain chain, int k, double eta);
}
