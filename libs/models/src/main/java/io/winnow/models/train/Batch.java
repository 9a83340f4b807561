package io.winnow.models.train;

/**
 * What one step trains on. The arrays of a batch that a {@link BatchFeeder} gave are used again
 * once the next one is taken.
 *
 * @param step counted from 0
 * @param images uint8, B×C×H×W row-major (of latents the bytes of float32), as they are to be
 *     trained on (perhaps mirrored)
 * @param labels B class indices
 * @param weights B weights of the samples' losses
 */
public record Batch(long step, byte[] images, int[] labels, float[] weights) {}
