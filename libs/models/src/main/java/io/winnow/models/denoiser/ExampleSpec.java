package io.winnow.models.denoiser;

import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.store.tensor.DType;

/**
 * What one example looks like: an image, or the latent of one. Says nothing about the network.
 *
 * @param channels 1 or 3 for pixels, 1 to 64 for latents
 * @param height 4 to 1024
 * @param width 4 to 1024
 * @param range what the values are
 */
public record ExampleSpec(int channels, int height, int width, ValueRange range) {
  private static final int MOST_CHANNELS = 64;
  private static final int LEAST = 4;
  private static final int MOST = 1024;

  public ExampleSpec {
    require(range != null, "range", range, "give pixels or latents");
    require(
        channels >= 1 && channels <= MOST_CHANNELS,
        "channels",
        channels,
        "use grey images (1), colour images (3) or latents (up to " + MOST_CHANNELS + ")");
    require(height >= LEAST && height <= MOST, "height", height, "use sizes from 4 to 1024");
    require(width >= LEAST && width <= MOST, "width", width, "use sizes from 4 to 1024");
  }

  private static void require(boolean holds, String name, Object value, String remedy) {
    if (!holds) {
      throw new InvalidInputException("the examples' " + name + " cannot be " + value, remedy);
    }
  }

  /** Pixels. */
  public static ExampleSpec pixels(int channels, int height, int width) {
    return new ExampleSpec(channels, height, width, ValueRange.PIXELS);
  }

  /** Latents. */
  public static ExampleSpec latents(int channels, int height, int width) {
    return new ExampleSpec(channels, height, width, ValueRange.LATENTS);
  }

  /** The examples of a data set of this shape. */
  public static ExampleSpec of(ImageShape shape) {
    return new ExampleSpec(
        shape.channels(),
        shape.height(),
        shape.width(),
        shape.latent() ? ValueRange.LATENTS : ValueRange.PIXELS);
  }

  /** The shape of a data set of such examples. */
  public ImageShape imageShape() {
    return new ImageShape(
        channels, height, width, range == ValueRange.LATENTS ? DType.F32 : DType.U8);
  }

  /** The same size with other values. */
  public ExampleSpec with(ValueRange other) {
    return new ExampleSpec(channels, height, width, other);
  }

  /** Bytes of one example. */
  public int bytes() {
    return channels * height * width * range.bytes();
  }

  /** The shape of a batch, B×C×H×W. */
  public Shape batch(int count) {
    return new Shape(count, channels, height, width);
  }

  @Override
  public String toString() {
    return channels + "×" + height + "×" + width + (range == ValueRange.LATENTS ? " latents" : "");
  }
}
