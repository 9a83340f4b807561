package io.winnow.selection;

import io.winnow.torch.algebra.Rows;
import java.util.function.Consumer;

/**
 * The rows of a group, gone over block by block as often as wanted: the same blocks of {@link
 * Rows#block} rows each time and wherever the rows come from, so that sums over them have the same
 * bits.
 */
interface BlockedRows {

  /** The class's label, or 0. */
  int index();

  /** n, at least 1. */
  int rows();

  /** d. */
  int dimension();

  /** Bytes that may be held of the rows while they are scored; 0 where all are held already. */
  long room();

  /** Hands over every row, in the order of the table; a block is valid during the call. */
  void scan(Consumer<Rows> reader);
}
