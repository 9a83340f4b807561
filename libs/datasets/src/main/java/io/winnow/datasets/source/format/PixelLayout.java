package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the images of one array are stored.
 *
 * @param images how many
 * @param stored the shape of each
 * @param interleaved whether the channels of a pixel follow one another; otherwise each channel is
 *     a plane of its own
 */
public record PixelLayout(int images, ImageShape stored, boolean interleaved) {

  /**
   * The layout of an array N×H×W, N×H×W×C or N×C×H×W with C 1 or 3.
   *
   * @param what names the array in errors
   * @throws InvalidInputException any other array
   */
  public static PixelLayout of(String what, int[] dimensions) {
    int n = dimensions.length;
    if (n == 3) {
      return new PixelLayout(dimensions[0], new ImageShape(1, dimensions[1], dimensions[2]), false);
    }
    if (n == 4 && channels(dimensions[3])) {
      return new PixelLayout(
          dimensions[0],
          new ImageShape(dimensions[3], dimensions[1], dimensions[2]),
          dimensions[3] > 1);
    }
    if (n == 4 && channels(dimensions[1])) {
      return new PixelLayout(
          dimensions[0], new ImageShape(dimensions[1], dimensions[2], dimensions[3]), false);
    }
    throw new InvalidInputException(
        what + " is an array of " + shape(dimensions),
        "provide images as N×H×W (grey), N×H×W×3 or N×3×H×W (red, green, blue)");
  }

  private static boolean channels(int size) {
    return size == 1 || size == 3;
  }

  /** Such as {@code 60000×28×28}. */
  public static String shape(int[] dimensions) {
    return IntStream.of(dimensions).mapToObj(Integer::toString).collect(Collectors.joining("×"));
  }

  /** Brings one stored image to planes. */
  void toPlanes(byte[] image, byte[] pixels, int offset) {
    int channels = stored.channels();
    int plane = stored.height() * stored.width();
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        pixels[offset + c * plane + i] = image[i * channels + c];
      }
    }
  }
}
