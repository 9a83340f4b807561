package io.winnow.reweight;

import io.winnow.storage.tensor.Tensor;
import java.util.Map;

/** The small diffusion model that is trained while the classes are weighed. */
interface Proxy {
  /** The loss of each sample; the same seed draws the same timesteps and noise as the reference. */
  float[] losses(long seed, byte[] images, int[] labels);

  /** One optimiser step on the weighted loss; weights are relative to each other. */
  void step(long step, byte[] images, int[] labels, float[] weights);

  /** Everything needed to go on training bit for bit. */
  Map<String, Tensor> state();
}
