/**
 * Adam with warm-up, clipping and a running mean of the weights, as kernel functions and state; and
 * the update of Adan, without a state.
 */
package io.winnow.torch.optimiser;
