package io.winnow.selection.card;

import java.util.Arrays;

/**
 * Histogram of scores, separately for kept and pruned rows, in equal bins over the range of the
 * scores. Bin i contains {@code edges[i] ≤ score < edges[i+1]}, the last bin also its upper edge.
 *
 * @param edges bins + 1, ascending; one bin without width if all scores are equal; empty without
 *     rows
 * @param kept number of kept rows per bin
 * @param pruned number of pruned rows per bin
 */
public record Histogram(double[] edges, long[] kept, long[] pruned) {
  /** Number of bins if not all scores are equal. */
  static final int BINS = 50;

  /**
   * @param scores one per row of the split, finite
   * @param rows the rows to count
   * @param isKept one per row of the split
   */
  static Histogram of(double[] scores, int[] rows, boolean[] isKept) {
    if (rows.length == 0) {
      return new Histogram(new double[0], new long[0], new long[0]);
    }
    double[] edges = edges(scores, rows);
    long[] kept = new long[edges.length - 1];
    long[] pruned = new long[edges.length - 1];
    for (int row : rows) {
      (isKept[row] ? kept : pruned)[bin(edges, scores[row])]++;
    }
    return new Histogram(edges, kept, pruned);
  }

  private static double[] edges(double[] scores, int[] rows) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int row : rows) {
      // + 0.0 turns −0 into 0
      low = Math.min(low, scores[row] + 0.0);
      high = Math.max(high, scores[row] + 0.0);
    }
    int bins = low == high ? 1 : BINS;
    double[] edges = new double[bins + 1];
    edges[0] = low;
    edges[bins] = high;
    for (int i = 1; i < bins; i++) {
      double t = (double) i / bins;
      // low + t·(high − low) could overflow
      double edge = low * (1 - t) + high * t;
      edges[i] = Math.min(high, Math.max(edges[i - 1], edge));
    }
    return edges;
  }

  /** Searches the edges, so that rounding never puts a row on the wrong side of one. */
  private static int bin(double[] edges, double score) {
    int at = Arrays.binarySearch(edges, score + 0.0);
    int bin = at >= 0 ? at : -at - 2;
    return Math.min(bin, edges.length - 2);
  }
}
