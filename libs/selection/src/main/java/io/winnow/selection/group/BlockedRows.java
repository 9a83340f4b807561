package io.winnow.selection.group;

import io.winnow.torch.algebra.Rows;
import java.util.function.Consumer;

/**
 * The rows of a group, to be read block by block as often as needed. The blocks of {@link
 * Rows#block} rows are the same in every pass, whether the rows are held in memory or read from the
 * table, so that sums over them are bit-identical.
 */
public interface BlockedRows {

  /** The class's label, or 0. */
  int index();

  /** n, at least 1. */
  int rows();

  /** d. */
  int dimension();

  /** Bytes that a scorer may use to hold rows; 0 if all rows are in memory already. */
  long room();

  /** Passes every row to {@code reader}, in table order; a block is valid during the call. */
  void scan(Consumer<Rows> reader);
}
