package io.winnow.torch.kernel;

import java.util.List;

/**
 * The window that a convolution or a pooling moves over an image.
 *
 * @param height in pixels
 * @param width in pixels
 * @param stride pixels from one position to the next, along both axes
 * @param above pixels of padding above the image and below it
 * @param beside pixels of padding on its left and on its right
 */
public record Window(int height, int width, int stride, int above, int beside) {

  /** A square window with the same padding on all sides. */
  public static Window square(int size, int stride, int padding) {
    return new Window(size, size, stride, padding, padding);
  }

  /** A window of odd sides with stride 1, padded so that the image keeps its size. */
  public static Window same(int height, int width) {
    return new Window(height, width, 1, height / 2, width / 2);
  }

  /** The shape of the results at all positions, B×channels×H×W. */
  List<Integer> over(Value image, int channels) {
    return List.of(
        Value.BATCH,
        channels,
        (image.extent(2) + 2 * above - height) / stride + 1,
        (image.extent(3) + 2 * beside - width) / stride + 1);
  }
}
