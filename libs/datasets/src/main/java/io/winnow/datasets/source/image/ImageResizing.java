package io.winnow.datasets.source.image;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.DatasetSpec.Resize;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.image.Resampling.Taps;

/**
 * How images are brought to the size of the data set's images.
 *
 * @param resize crop, adm, squash or none
 * @param size target height and width in pixels; 0 with {@code NONE}
 */
public record ImageResizing(Resize resize, int size) {
  private static final int MAX_SIDE = 4096;

  // the most pixels of one image that are held in memory in order to shrink them
  private static final long MAX_PIXELS = 32L << 20;

  /** The resizing that a spec asks for. */
  public static ImageResizing of(DatasetSpec spec) {
    return new ImageResizing(spec.resize(), spec.size() == null ? 0 : spec.size());
  }

  /** Whether images keep their size. */
  public boolean none() {
    return resize == Resize.NONE;
  }

  /**
   * The shape of an image after resizing.
   *
   * @param what names the image in errors
   * @throws InvalidInputException the image is not square and nothing is resized, or it is empty or
   *     too large
   */
  public ImageShape shape(String what, int channels, int height, int width) {
    return none()
        ? unchanged(what, channels, height, width)
        : resized(what, channels, height, width);
  }

  private static ImageShape unchanged(String what, int channels, int height, int width) {
    if (height != width) {
      throw new InvalidInputException(
          what + " is " + width + "×" + height + " pixels, not square",
          "crop or resize all images to one square size, or set dataset.size and dataset.resize");
    }
    if (height < 1 || height > MAX_SIDE) {
      throw new InvalidInputException(
          what + " is " + width + "×" + height + " pixels",
          "resize all images to 1 to " + MAX_SIDE + " pixels per side");
    }
    return new ImageShape(channels, height, width);
  }

  private ImageShape resized(String what, int channels, int height, int width) {
    if ((long) height * width > MAX_PIXELS || height < 1 || width < 1) {
      throw new InvalidInputException(
          what + " is " + width + "×" + height + " pixels",
          "shrink it: only images of at most " + (MAX_PIXELS >> 20) + " Mi pixels can be resized");
    }
    return new ImageShape(channels, size, size);
  }

  /**
   * Resizes one channel. Crop scales the shorter side to {@code size} and the longer side by the
   * same ratio, rounded, and keeps the middle; squash scales both sides to {@code size}.
   *
   * @param plane height×width uint8
   * @param target receives size×size uint8 from {@code offset} on
   */
  public void apply(byte[] plane, int width, int height, byte[] target, int offset) {
    if (none() || width == size && height == size) {
      System.arraycopy(plane, 0, target, offset, plane.length);
      return;
    }
    if (resize == Resize.ADM) {
      AdmCrop.apply(plane, width, height, size, target, offset);
      return;
    }
    Resampling.apply(plane, width, taps(width, height), taps(height, width), target, offset);
  }

  private Taps taps(int side, int other) {
    int whole =
        resize == Resize.CROP && side > other
            ? Math.toIntExact(Math.round((double) size * side / other))
            : size;
    return Taps.of(side, whole, (whole - size) / 2, size);
  }
}
