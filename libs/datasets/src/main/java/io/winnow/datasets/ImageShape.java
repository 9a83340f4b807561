package io.winnow.datasets;

import io.winnow.store.tensor.DType;

/**
 * The shape of all images, or all latents, of a data set.
 *
 * @param channels 1 (grey) or 3 (RGB) for images, 1 to 64 for latents
 * @param height pixels
 * @param width pixels
 * @param element U8 for images, F32 for latents
 */
public record ImageShape(int channels, int height, int width, DType element) {
  private static final int MAX_LATENT_CHANNELS = 64;

  public ImageShape {
    boolean latent = element == DType.F32;
    if (!latent && element != DType.U8) {
      throw new IllegalArgumentException("images are U8 and latents F32, not " + element);
    }
    boolean valid =
        latent ? channels >= 1 && channels <= MAX_LATENT_CHANNELS : channels == 1 || channels == 3;
    if (!valid || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          (latent ? "a latent has 1 to 64 channels" : "an image has 1 or 3 channels")
              + " and a positive size, not "
              + channels
              + "×"
              + height
              + "×"
              + width);
    }
  }

  /** The shape of images. */
  public ImageShape(int channels, int height, int width) {
    this(channels, height, width, DType.U8);
  }

  /** Whether these are an autoencoder's latents and not pixels. */
  public boolean latent() {
    return element == DType.F32;
  }

  /** Bytes of one image. */
  public int bytes() {
    return Math.multiplyExact(
        Math.multiplyExact(Math.multiplyExact(channels, height), width), element.bytes());
  }

  @Override
  public String toString() {
    return channels + "×" + height + "×" + width + (latent() ? " latent" : "");
  }
}
