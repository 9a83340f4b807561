package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.io.IOException;
import java.io.InputStream;

/** Rows that lie one after the other in a stream, each after a prefix of fixed length. */
final class StreamRows implements RowReader {
  private final InputStream in;
  private final int prefix;
  private final int length;
  private final String name;

  /**
   * @param prefix bytes to skip before each image
   * @param name of the file, for errors
   */
  StreamRows(InputStream in, int prefix, ImageShape shape, String name) {
    this.in = in;
    this.prefix = prefix;
    this.length = shape.bytes();
    this.name = name;
  }

  @Override
  public void next(byte[] pixels, int offset) throws IOException {
    in.skipNBytes(prefix);
    int read = in.readNBytes(pixels, offset, length);
    if (read < length) {
      throw new InvalidInputException(
          name + " became shorter while it was read", "leave the data alone while it is imported");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
