package io.winnow.datasets.source.npz;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.format.PixelLayout;
import io.winnow.datasets.source.format.RowReader;
import java.io.IOException;
import java.io.InputStream;

/**
 * The images of an array whose first dimension varies fastest, so that the pixels of one image are
 * spread over the whole array, which is held in memory.
 */
final class FortranRows implements RowReader {
  private final byte[] content;
  private final PixelLayout layout;
  private int row;

  private FortranRows(byte[] content, PixelLayout layout) {
    this.content = content;
    this.layout = layout;
  }

  /** Reads the whole array and closes the stream. */
  static FortranRows read(InputStream in, PixelLayout layout, String name) throws IOException {
    int length = Math.multiplyExact(layout.images(), layout.stored().bytes());
    try (in) {
      byte[] content = in.readNBytes(length);
      if (content.length < length) {
        throw new InvalidInputException(
            name + " became shorter while it was read", "do not change the data during the import");
      }
      return new FortranRows(content, layout);
    }
  }

  @Override
  public void next(byte[] pixels, int offset) {
    ImageShape shape = layout.stored();
    int at = offset;
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          pixels[at++] = content[row + layout.images() * position(shape, c, y, x)];
        }
      }
    }
    row++;
  }

  /** The position of a pixel among the dimensions after the first, the leftmost varying fastest. */
  private int position(ImageShape shape, int c, int y, int x) {
    return layout.interleaved()
        ? y + shape.height() * (x + shape.width() * c)
        : c + shape.channels() * (y + shape.height() * x);
  }

  @Override
  public void close() {}
}
