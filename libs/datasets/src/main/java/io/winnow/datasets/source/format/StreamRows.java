package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.io.IOException;
import java.io.InputStream;

/** Uncompressed rows that follow one another in a stream, each after a prefix of fixed length. */
public final class StreamRows implements RowReader {
  private final InputStream in;
  private final int prefix;
  private final PixelLayout layout;
  private final String name;

  /**
   * @param in starts at the first row; closed with this reader
   * @param prefix bytes to skip before each image
   * @param name of the file, for errors
   */
  public StreamRows(InputStream in, int prefix, PixelLayout layout, String name) {
    this.in = in;
    this.prefix = prefix;
    this.layout = layout;
    this.name = name;
  }

  /** Rows whose channels are planes. */
  public StreamRows(InputStream in, int prefix, ImageShape shape, String name) {
    this(in, prefix, new PixelLayout(0, shape, false), name);
  }

  @Override
  public void next(byte[] pixels, int offset) throws IOException {
    in.skipNBytes(prefix);
    int length = layout.stored().bytes();
    if (layout.interleaved()) {
      byte[] image = new byte[length];
      read(image, 0, length);
      layout.toPlanes(image, pixels, offset);
    } else {
      read(pixels, offset, length);
    }
  }

  private void read(byte[] target, int offset, int length) throws IOException {
    if (in.readNBytes(target, offset, length) < length) {
      throw new InvalidInputException(
          name + " became shorter while it was read", "do not change the data during the import");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
