package io.winnow.selection.card;

import java.util.stream.IntStream;

/**
 * How well the kept rows of a set stand for all of its rows, by nearest neighbours. Balls are
 * closed: what lies exactly at the radius is in. A row with fewer than k neighbours has the ball of
 * its farthest one; one without any has the radius 0.
 *
 * @param recall share of all rows within the radius of some kept row, which reaches to its 3rd
 *     nearest kept neighbour; in [0, 1]. Kynkäänniemi et al., Improved Precision and Recall, arXiv
 *     1904.06991
 * @param coverage share of all rows with a kept row in their ball, which reaches to their 5th
 *     nearest neighbour among all; in [0, 1]. Naeem et al., Reliable Fidelity and Diversity
 *     Metrics, arXiv 2002.09797
 */
record Likeness(double recall, double coverage) {
  static final int RECALL_NEIGHBOUR = 3;
  static final int COVERAGE_NEIGHBOUR = 5;

  /**
   * Holds no matrix of distances: memory grows with the rows, not with their square.
   *
   * @param rows N×d, row-major, N at least 1
   * @param kept N
   * @param heartbeat told now and then
   */
  static Likeness of(float[] rows, int d, boolean[] kept, Runnable heartbeat) {
    int[] all = IntStream.range(0, kept.length).toArray();
    int[] in = IntStream.of(all).filter(row -> kept[row]).toArray();
    int[] out = IntStream.of(all).filter(row -> !kept[row]).toArray();
    Distances distances = new Distances(rows, d, heartbeat);
    double[] keptRadii = distances.nearest(in, in, RECALL_NEIGHBOUR);
    double[] radii = distances.nearest(out, all, COVERAGE_NEIGHBOUR);
    // a kept row lies in its own ball: only pruned rows can be missed
    boolean[] recalled = new boolean[out.length];
    boolean[] covered = new boolean[out.length];
    distances.visit(
        out,
        in,
        (query, first, squared, count) -> {
          for (int j = 0; j < count; j++) {
            recalled[query] |= squared[j] <= keptRadii[first + j];
            covered[query] |= squared[j] <= radii[query];
          }
        });
    return new Likeness(
        share(in.length, recalled, kept.length), share(in.length, covered, kept.length));
  }

  private static double share(int kept, boolean[] reached, int rows) {
    long more = IntStream.range(0, reached.length).filter(i -> reached[i]).count();
    return (double) (kept + more) / rows;
  }
}
