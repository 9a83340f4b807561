package io.winnow.selection.card;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Squared Euclidean distances between rows, in float64, some at a time. They are sums of squared
 * differences in the order of the features, so that the distance from a to b has the very bits of
 * that from b to a and equal rows are at 0: what lies exactly on a radius is seen to lie there.
 */
final class Distances {
  /** Targets a block: their transposed features and one line of distances stay in the cache. */
  static final int BLOCK = 128;

  // queries that one thread goes over at a time
  private static final int QUERIES = 64;

  private final float[] rows;
  private final int d;
  private final Runnable heartbeat;

  /**
   * Is told the distances of one query row to some target rows; of several queries by several
   * threads at a time, of one query by one.
   */
  interface Visitor {
    /**
     * @param query position in the queries
     * @param first position of the first target
     * @param squared distances to the targets {@code first + 0 … first + count − 1}
     */
    void see(int query, int first, double[] squared, int count);
  }

  /**
   * @param rows N×d, row-major
   * @param heartbeat told after every block
   */
  Distances(float[] rows, int d, Runnable heartbeat) {
    this.rows = rows;
    this.d = d;
    this.heartbeat = heartbeat;
  }

  /**
   * Goes over every pair of a query and a target; for each query, targets come in order.
   *
   * @param queries rows
   * @param targets rows
   */
  void visit(int[] queries, int[] targets, Visitor visitor) {
    double[] block = new double[d * BLOCK];
    for (int first = 0; first < targets.length; first += BLOCK) {
      int from = first;
      int count = Math.min(BLOCK, targets.length - first);
      transpose(targets, first, count, block);
      IntStream.range(0, (queries.length + QUERIES - 1) / QUERIES)
          .parallel()
          .forEach(part -> visit(queries, part * QUERIES, block, from, count, visitor));
      heartbeat.run();
    }
  }

  private void visit(
      int[] queries, int start, double[] block, int first, int count, Visitor visitor) {
    double[] squared = new double[BLOCK];
    for (int query = start; query < Math.min(queries.length, start + QUERIES); query++) {
      Arrays.fill(squared, 0);
      distances(queries[query], block, squared);
      visitor.see(query, first, squared, count);
    }
  }

  /**
   * The squared distance of every query to its k-th nearest target other than itself; to the
   * farthest one where there are fewer than k, and 0 where there is none.
   *
   * @param k at least 1
   */
  double[] nearest(int[] queries, int[] targets, int k) {
    double[][] smallest = new double[queries.length][k];
    for (double[] line : smallest) {
      Arrays.fill(line, Double.POSITIVE_INFINITY);
    }
    visit(
        queries,
        targets,
        (query, first, squared, count) -> {
          double[] line = smallest[query];
          for (int j = 0; j < count; j++) {
            if (squared[j] < line[k - 1] && targets[first + j] != queries[query]) {
              insert(line, squared[j]);
            }
          }
        });
    return Arrays.stream(smallest).mapToDouble(Distances::last).toArray();
  }

  // one feature of all targets after the other: no sum runs over the inner loop, so it vectorises
  private void distances(int query, double[] block, double[] squared) {
    for (int k = 0; k < d; k++) {
      double x = rows[query * d + k];
      int line = k * BLOCK;
      for (int j = 0; j < BLOCK; j++) {
        double difference = x - block[line + j];
        squared[j] += difference * difference;
      }
    }
  }

  private void transpose(int[] targets, int first, int count, double[] block) {
    for (int j = 0; j < count; j++) {
      int from = targets[first + j] * d;
      for (int k = 0; k < d; k++) {
        block[k * BLOCK + j] = rows[from + k];
      }
    }
  }

  private static void insert(double[] line, double value) {
    int at = line.length - 1;
    while (at > 0 && line[at - 1] > value) {
      line[at] = line[at - 1];
      at--;
    }
    line[at] = value;
  }

  private static double last(double[] line) {
    double last = 0;
    for (double value : line) {
      last = Double.isInfinite(value) ? last : value;
    }
    return last;
  }
}
