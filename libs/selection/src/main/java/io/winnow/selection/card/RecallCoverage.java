package io.winnow.selection.card;

import io.winnow.metrics.Prdc;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.RowSet;
import io.winnow.torch.algebra.Rows;

/**
 * How well the kept rows of a set represent all of its rows in feature space; see {@link Prdc}.
 *
 * @param recall share of all rows within the radius of a kept row, which reaches to its {@value
 *     Prdc#MANIFOLD_NEIGHBOUR}rd nearest kept neighbour; in [0, 1]
 * @param coverage share of all rows with a kept row within their radius, which reaches to their
 *     {@value Prdc#DENSITY_NEIGHBOUR}th nearest neighbour among all rows; in [0, 1]
 */
record RecallCoverage(double recall, double coverage) {

  /**
   * @param rows N×d, row-major, N at least 1
   * @param kept N
   * @param alive called regularly
   */
  static RecallCoverage of(Algebra algebra, float[] rows, int d, boolean[] kept, Runnable alive) {
    try (RowSet all = algebra.rows(kept.length, d)) {
      int count = putKeptFirst(all, rows, kept);
      if (count == 0) {
        return new RecallCoverage(0, 0);
      }
      try (RowSet coreset = all.range(0, count)) {
        return new RecallCoverage(
            Prdc.recall(coreset, all, alive), Prdc.coverage(coreset, all, alive));
      }
    }
  }

  /** Puts the kept rows first, so that they are a range; returns how many there are. */
  private static int putKeptFirst(RowSet all, float[] rows, boolean[] kept) {
    int d = all.dimension();
    int block = Rows.block(d);
    int first = 0;
    int last = kept.length;
    for (int at = 0; at < kept.length; at += block) {
      long[] positions = new long[Math.min(block, kept.length - at)];
      for (int i = 0; i < positions.length; i++) {
        positions[i] = kept[at + i] ? first++ : --last;
      }
      all.put(new Rows(rows, at, positions.length, d), positions);
    }
    return first;
  }
}
