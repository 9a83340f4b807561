package io.winnow.storage.dataset;

/**
 * The shape all images of a data set have.
 *
 * @param channels 1 (grey) or 3 (RGB)
 * @param height pixels
 * @param width pixels
 */
public record ImageShape(int channels, int height, int width) {

  public ImageShape {
    if ((channels != 1 && channels != 3) || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "an image has 1 or 3 channels and a positive size, not "
              + channels
              + "×"
              + height
              + "×"
              + width);
    }
  }

  /** Bytes of one image. */
  public int bytes() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  @Override
  public String toString() {
    return channels + "×" + height + "×" + width;
  }
}
