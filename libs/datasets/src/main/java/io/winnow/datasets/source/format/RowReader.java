package io.winnow.datasets.source.format;

import java.io.Closeable;
import java.io.IOException;

/** Reads the images of a split, from its first row to its last. */
public interface RowReader extends Closeable {

  /**
   * Reads the next row.
   *
   * @param pixels receives C×H×W uint8 values from {@code offset} on
   * @throws io.winnow.contracts.InvalidInputException the row cannot be read
   */
  void next(byte[] pixels, int offset) throws IOException;
}
