package io.winnow.models.surrogate;

import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.kernel.Precision;

/**
 * How images go through a surrogate.
 *
 * @param batch images at a time, 1 to 4096. Always so many: a last batch is filled up, so that
 *     memory is flat and an image's features do not depend on how many come with it
 * @param precision what convolutions and matrix products are computed in; features are float32
 */
public record Pass(int batch, Precision precision) {
  /** 100 images, of which a shard of 2,000 has a whole number, in float32. */
  public static final Pass DEFAULT = new Pass(100, Precision.FLOAT32);

  public Pass {
    if (batch < 1 || batch > 4096) {
      throw new InvalidInputException(
          batch + " images cannot go through a surrogate at a time", "give 1 to 4096");
    }
  }
}
