package io.winnow.reweighting;

import io.winnow.models.train.PairedLosses;
import io.winnow.store.tensor.Tensor;
import java.util.Map;

/** The small diffusion model that is trained while classes are weighed, and its reference. */
public interface Models {
  /**
   * The loss of each sample under both, at the timesteps and noise that {@code seed} draws; those
   * of the reference are null where there is none.
   */
  PairedLosses.Losses losses(long seed, byte[] images, int[] labels);

  /** One optimiser step of the proxy on the weighted loss; weights are relative to each other. */
  void step(long step, byte[] images, int[] labels, float[] weights);

  /** Everything needed to go on training the proxy bit for bit. */
  Map<String, Tensor> state();
}
