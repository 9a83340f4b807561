package io.winnow.reweighting;

import io.winnow.models.train.PairedLosses;
import io.winnow.store.tensor.Tensor;
import java.util.Map;

/** The proxy model and, if the method needs one, the reference model. */
public interface Models {
  /**
   * The loss of each sample under both models, at the timesteps and noise drawn from {@code seed};
   * those of the reference are null without one.
   */
  PairedLosses.Losses losses(long seed, byte[] images, int[] labels);

  /**
   * One optimiser step of the proxy on the weighted loss; only the ratios of the weights matter.
   */
  void step(long step, byte[] images, int[] labels, float[] weights);

  /** The complete state of the proxy; restoring it continues training bit for bit. */
  Map<String, Tensor> state();
}
