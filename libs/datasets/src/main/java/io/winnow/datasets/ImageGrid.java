package io.winnow.datasets;

import io.winnow.contracts.InvalidInputException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Draws images as a grid. */
public final class ImageGrid {
  /** The colour between images and in empty cells: medium grey. */
  public static final byte BACKGROUND = (byte) 128;

  private static final int GAP = 2;

  private ImageGrid() {}

  /**
   * A PNG with 8 bits per channel of all images at their original size, in order, with a border of
   * 2 grey pixels around each.
   *
   * @param images N×C×H×W, N at least 1, C 1 (grey) or 3 (RGB)
   * @param columns images per line, at least 1
   * @throws InvalidInputException no images, another number of channels, or a picture of more than
   *     2 GiB
   */
  public static byte[] png(ImageBatch images, int columns) {
    ImageShape shape = images.shape();
    if (images.rows() < 1 || columns < 1 || (shape.channels() != 1 && shape.channels() != 3)) {
      throw new InvalidInputException(
          "cannot make a grid of "
              + images.rows()
              + " images of "
              + shape
              + " in "
              + columns
              + " columns",
          "use at least 1 image of 1 or 3 channels and at least 1 column");
    }
    int lines = (images.rows() + columns - 1) / columns;
    long width = GAP + (long) columns * (shape.width() + GAP);
    long height = GAP + (long) lines * (shape.height() + GAP);
    if (width * height > (Integer.MAX_VALUE - 8L) / shape.channels()) {
      throw new InvalidInputException(
          "a grid of " + width + "×" + height + " pixels is too large", "show fewer images");
    }
    boolean grey = shape.channels() == 1;
    BufferedImage picture =
        new BufferedImage(
            (int) width,
            (int) height,
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    // write into the buffer: drawing would convert colours
    byte[] pixels = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    Arrays.fill(pixels, BACKGROUND);
    for (int i = 0; i < images.rows(); i++) {
      int left = GAP + i % columns * (shape.width() + GAP);
      int top = GAP + i / columns * (shape.height() + GAP);
      draw(images, i, pixels, (int) width, left, top);
    }
    return encode(picture);
  }

  /**
   * Reorders images for a grid with one line per class.
   *
   * @param images at least {@code classes · columns}, of which image i has class i mod {@code
   *     classes}; the rest is ignored
   * @param columns images per line
   */
  public static ImageBatch byClass(ImageBatch images, int classes, int columns) {
    int[] order =
        IntStream.range(0, classes * columns)
            .map(cell -> cell % columns * classes + cell / columns)
            .toArray();
    return images.rows(order);
  }

  private static void draw(
      ImageBatch images, int row, byte[] pixels, int width, int left, int top) {
    ImageShape shape = images.shape();
    int channels = shape.channels();
    int plane = shape.height() * shape.width();
    int from = row * channels * plane;
    for (int c = 0; c < channels; c++) {
      // planes are R, G, B; the buffer is B, G, R pixel by pixel
      int place = channels - 1 - c;
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          pixels[((top + y) * width + left + x) * channels + place] =
              images.images()[from + c * plane + y * shape.width() + x];
        }
      }
    }
  }

  private static byte[] encode(BufferedImage picture) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalStateException("this JDK has no PNG writer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
