package io.winnow.reweight;

/** The trained model that the proxy is compared with. */
@FunctionalInterface
interface Reference {
  /** The loss of each sample at the timesteps and noise that {@code seed} draws. */
  float[] losses(long seed, byte[] images, int[] labels);
}
