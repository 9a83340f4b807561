package io.winnow.selection.card;

import java.util.Arrays;

/**
 * How many rows have which score, the kept ones and the pruned ones apart, in equal bins over the
 * range of the scores. Bin i holds {@code edges[i] ≤ score < edges[i+1]}, the last one its upper
 * edge too.
 *
 * @param edges bins + 1, ascending; scores that are all equal have one bin, without width; no rows,
 *     no edges
 * @param kept rows kept, a bin
 * @param pruned rows pruned, a bin
 */
public record Histogram(double[] edges, long[] kept, long[] pruned) {
  /** Bins where not all scores are equal. */
  static final int BINS = 50;

  /**
   * @param scores one a row of the split, finite
   * @param rows which rows are counted
   * @param isKept one a row of the split
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
      // + 0.0 makes −0 the 0 that it equals
      low = Math.min(low, scores[row] + 0.0);
      high = Math.max(high, scores[row] + 0.0);
    }
    int bins = low == high ? 1 : BINS;
    double[] edges = new double[bins + 1];
    edges[0] = low;
    edges[bins] = high;
    for (int i = 1; i < bins; i++) {
      double t = (double) i / bins;
      // not low + t·(high − low), whose difference may be infinite
      double edge = low * (1 - t) + high * t;
      edges[i] = Math.min(high, Math.max(edges[i - 1], edge));
    }
    return edges;
  }

  /** By the edges themselves, so that a row never stands on the wrong side of one by rounding. */
  private static int bin(double[] edges, double score) {
    int at = Arrays.binarySearch(edges, score + 0.0);
    int bin = at >= 0 ? at : -at - 2;
    return Math.min(bin, edges.length - 2);
  }
}
