package io.winnow.datasets.source;

import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.format.RowReader;
import io.winnow.datasets.source.format.SourceFiles;
import io.winnow.datasets.source.format.SourceFolder;
import io.winnow.datasets.source.format.SourceSplit;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/** Reads a split from its first row to its last, in batches. */
public final class BatchReader implements AutoCloseable {
  private final SourceFolder files;
  private final RowReader reader;
  private final ImageShape shape;
  private final int[] labels;
  private final BitSet selected;
  private int at;
  private int left;

  /**
   * @param files the source's files
   * @param stored the rows as the source stores them
   * @param selected which of these rows are read
   */
  BatchReader(SourceFolder files, SourceSplit stored, BitSet selected, ImageShape shape) {
    this.files = files;
    this.labels = stored.labels();
    this.selected = selected;
    this.left = selected.cardinality();
    this.shape = shape;
    try {
      this.reader = stored.opener().open();
    } catch (IOException e) {
      throw SourceFiles.unreadable("the data set", e);
    }
  }

  /**
   * The next rows; empty at the end.
   *
   * @param rows at most this many
   * @throws io.winnow.contracts.InvalidInputException a row cannot be read; the file is named
   */
  public Optional<ImageBatch> next(int rows) {
    int n = Math.min(rows, left);
    if (n == 0) {
      return Optional.empty();
    }
    int length = shape.bytes();
    byte[] pixels = new byte[Math.multiplyExact(n, length)];
    byte[] unused = new byte[length];
    int[] batchLabels = new int[n];
    try {
      for (int i = 0; i < n; at++) {
        if (selected.get(at)) {
          reader.next(pixels, i * length);
          batchLabels[i++] = labels[at];
        } else {
          reader.next(unused, 0);
        }
      }
    } catch (IOException e) {
      throw SourceFiles.unreadable("the data set", e);
    } catch (RuntimeException e) {
      throw files.cause(e);
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
