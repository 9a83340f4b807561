package io.winnow.reweight;

import io.winnow.models.ModelFile;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.PairedLosses;
import io.winnow.models.train.TrainingPlan;
import io.winnow.reweighting.Models;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.Digests;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import java.util.Map;

/** {@link Models} on the engine: one call for both losses, one for a training step. */
final class TorchModels implements Models, AutoCloseable {
  private final DenoiserTrainer proxy;
  private final PairedLosses paired;

  private TorchModels(DenoiserTrainer proxy, PairedLosses paired) {
    this.proxy = proxy;
    this.paired = paired;
  }

  /**
   * Opens the models.
   *
   * @param state of the proxy, or empty to start training
   * @param reference the proxy is compared with its EMA weights; null for none
   */
  static TorchModels open(
      Torch torch,
      ArtifactStore store,
      TrainingPlan plan,
      Map<String, Tensor> state,
      Artifact reference) {
    DenoiserTrainer proxy =
        state.isEmpty()
            ? DenoiserTrainer.create(torch, plan)
            : DenoiserTrainer.restore(torch, plan, state);
    try {
      return new TorchModels(
          proxy,
          reference == null
              ? null
              : PairedLosses.open(
                  torch,
                  proxy,
                  ModelFile.read(store, reference).model(),
                  ModelFile.weights(store, reference, ModelFile.EMA_WEIGHTS)));
    } catch (RuntimeException e) {
      proxy.close();
      throw e;
    }
  }

  @Override
  public PairedLosses.Losses losses(long seed, byte[] images, int[] labels) {
    return paired == null
        ? new PairedLosses.Losses(proxy.losses(seed, images, labels), null)
        : paired.of(seed, images, labels);
  }

  @Override
  public void step(long step, byte[] images, int[] labels, float[] weights) {
    proxy.step(step, images, labels, weights);
  }

  @Override
  public Map<String, Tensor> state() {
    return proxy.state();
  }

  /** The sha-256 of the proxy's current weights as safetensors. */
  String digest() {
    return Digests.sha256(SafeTensors.bytes(proxy.weights(), Map.of()));
  }

  @Override
  public void close() {
    if (paired != null) {
      paired.close();
    }
    proxy.close();
  }
}
