package io.winnow.datasets.source;

import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/** Reads a split from its first row to its last, some rows at a time. */
public final class BatchReader implements AutoCloseable {
  private final RowReader reader;
  private final ImageShape shape;
  private final int[] labels;
  private final BitSet wanted;
  private int at;
  private int left;

  /**
   * @param wanted which rows of the part belong to the split
   */
  BatchReader(Part part, BitSet wanted, ImageShape shape) {
    this.labels = part.labels();
    this.wanted = wanted;
    this.left = wanted.cardinality();
    this.shape = shape;
    try {
      this.reader = part.opener().open();
    } catch (IOException e) {
      throw SourceFiles.unreadable("the data set", e);
    }
  }

  /**
   * The next rows, at most so many; empty at the end.
   *
   * @throws io.winnow.contracts.InvalidInputException a row cannot be read; the file is named
   */
  public Optional<ImageBatch> next(int rows) {
    int n = Math.min(rows, left);
    if (n == 0) {
      return Optional.empty();
    }
    int length = shape.bytes();
    byte[] pixels = new byte[Math.multiplyExact(n, length)];
    byte[] passedOver = new byte[length];
    int[] batchLabels = new int[n];
    try {
      for (int i = 0; i < n; at++) {
        if (wanted.get(at)) {
          reader.next(pixels, i * length);
          batchLabels[i++] = labels[at];
        } else {
          reader.next(passedOver, 0);
        }
      }
    } catch (IOException e) {
      throw SourceFiles.unreadable("the data set", e);
    }
    left -= n;
    return Optional.of(new ImageBatch(shape, pixels, batchLabels));
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw SourceFiles.unreadable("the data set", e);
    }
  }
}
