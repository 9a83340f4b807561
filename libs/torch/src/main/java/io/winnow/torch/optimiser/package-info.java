/**
 * AdamW and Adan with warm-up, clipping and a running mean of the weights, as kernel functions and
 * state.
 */
package io.winnow.torch.optimiser;
