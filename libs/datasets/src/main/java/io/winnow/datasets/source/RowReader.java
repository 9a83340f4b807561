package io.winnow.datasets.source;

import java.io.Closeable;
import java.io.IOException;

/** Reads the images of one part of a data set, from its first row to its last. */
interface RowReader extends Closeable {

  /**
   * Reads the next row.
   *
   * @param pixels gets C×H×W uint8 values from {@code offset} on
   * @throws io.winnow.contracts.InvalidInputException the row cannot be read
   */
  void next(byte[] pixels, int offset) throws IOException;
}
