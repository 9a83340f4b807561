package io.winnow.datasets.source.format;

import java.io.IOException;

/**
 * Rows that a source keeps together, such as its training files.
 *
 * @param labels label of each row, from 0
 * @param opener starts a pass over the rows
 */
public record SourceSplit(int[] labels, Opener opener) {

  /** Starts at the first row. */
  public interface Opener {
    RowReader open() throws IOException;
  }

  /** The number of rows. */
  public int rows() {
    return labels.length;
  }
}
