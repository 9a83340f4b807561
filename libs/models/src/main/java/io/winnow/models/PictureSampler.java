package io.winnow.models;

import io.winnow.models.latent.LatentDecoder;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import java.util.Map;

/**
 * Draws a model's pictures, whether it draws pixels or latents, which its autoencoder decodes. Not
 * safe for use from several threads.
 */
public final class PictureSampler implements AutoCloseable {
  private final Denoiser denoiser;
  // null where the model draws pixels
  private final LatentDecoder decoder;

  private PictureSampler(Denoiser denoiser, LatentDecoder decoder) {
    this.denoiser = denoiser;
    this.decoder = decoder;
  }

  static PictureSampler open(
      Torch torch, ObjectStore objects, ModelFile model, Map<String, Tensor> weights) {
    LatentDecoder decoder =
        model.latent() == null
            ? null
            : LatentDecoder.open(torch, objects, model.latent(), model.drawn());
    try {
      return new PictureSampler(model.denoiser(torch, weights), decoder);
    } catch (RuntimeException e) {
      if (decoder != null) {
        decoder.close();
      }
      throw e;
    }
  }

  /**
   * Draws pictures as {@link Denoiser#sample(SamplingPlan, int[], long)} does.
   *
   * @return uint8, labels.length×C×H×W row-major, of the shape of {@link ModelFile#pictures}
   */
  public byte[] sample(SamplingPlan plan, int[] labels, long first) {
    byte[] drawn = denoiser.sample(plan, labels, first);
    return decoder == null ? drawn : decoder.pictures(drawn, plan.batch());
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    denoiser.close();
    if (decoder != null) {
      decoder.close();
    }
  }
}
