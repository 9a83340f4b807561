package io.winnow.datasets.source;

import java.io.IOException;

/**
 * Rows that a source keeps together, such as its training files.
 *
 * @param labels label of each row, from 0
 * @param opener starts a pass over the rows
 */
record Part(int[] labels, Opener opener) {

  /** Starts at the first row. */
  interface Opener {
    RowReader open() throws IOException;
  }

  int rows() {
    return labels.length;
  }
}
