package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.io.IOException;
import java.io.InputStream;

/** Uncompressed rows that follow one another in a stream, each after a prefix of fixed length. */
public final class StreamRows implements RowReader {
  private final InputStream in;
  private final int prefix;
  private final int length;
  private final String name;

  /**
   * @param in starts at the first row; closed with this reader
   * @param prefix bytes to skip before each image
   * @param name of the file, for errors
   */
  public StreamRows(InputStream in, int prefix, ImageShape shape, String name) {
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
          name + " became shorter while it was read", "do not change the data during the import");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
