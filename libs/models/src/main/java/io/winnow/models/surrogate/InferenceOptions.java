package io.winnow.models.surrogate;

import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.kernel.Precision;

/**
 * How a surrogate processes images.
 *
 * @param batch images per batch, 1 to 4096. The last batch is padded to this size, so that memory
 *     is constant and an image's features do not depend on the other images
 * @param precision of convolutions and matrix products; features are float32
 */
public record InferenceOptions(int batch, Precision precision) {
  /** Batches of 100 images, which divide a shard of 2,000 images, in float32. */
  public static final InferenceOptions DEFAULT = new InferenceOptions(100, Precision.FLOAT32);

  public InferenceOptions {
    if (batch < 1 || batch > 4096) {
      throw new InvalidInputException(
          "a surrogate cannot process batches of " + batch + " images", "use 1 to 4096");
    }
  }
}
