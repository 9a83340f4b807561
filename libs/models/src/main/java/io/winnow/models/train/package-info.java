/** Training a denoiser: the noise schedule, the objective, the step, the order of batches. */
package io.winnow.models.train;
