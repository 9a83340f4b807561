package io.winnow.selector;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import java.util.Arrays;

/**
 * Minus the Euclidean distance of a row to its {@link #NEIGHBOURS}th nearest neighbour among the
 * rows of its group, the row itself not counted; the highest are kept. With fewer neighbours the
 * farthest there is counts, and a row alone has the score 0. How near the k-th neighbour lies is an
 * estimate of density (Loftsgaarden and Quesenberry, Ann. Math. Statist. 36, 1965).
 *
 * <p>Neighbours are found block by block by ‖a − b‖² = ‖a‖² + ‖b‖² − 2a·b, never n×n at a time;
 * those found are then measured by the difference itself, which is exact for rows that are nearly
 * equal.
 */
final class KnnCriterion implements Criterion {
  static final int NEIGHBOURS = 5;
  private static final int BLOCK = 128;

  private final GroupReader reader;

  KnnCriterion(GroupReader reader) {
    this.reader = reader;
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    return reader.scores(table, scope, KnnCriterion::score);
  }

  private static double[] score(Group group, Runnable alive) {
    int n = group.rows();
    double[] norms = norms(group);
    double[] scores = new double[n];
    double[] a = new double[BLOCK * group.dimension()];
    double[] b = new double[BLOCK * group.dimension()];
    double[] products = new double[BLOCK * BLOCK];
    for (int from = 0; from < n; from += BLOCK) {
      int rows = Math.min(BLOCK, n - from);
      Nearest nearest = new Nearest(rows, Math.min(NEIGHBOURS, n - 1));
      ProductBlocks.rows(group, from, from + rows, a);
      for (int other = 0; other < n; other += BLOCK) {
        int columns = Math.min(BLOCK, n - other);
        ProductBlocks.columns(group, other, other + columns, BLOCK, b);
        ProductBlocks.multiply(a, rows, b, BLOCK, group.dimension(), products);
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            if (from + i != other + j) {
              double square = norms[from + i] + norms[other + j] - 2 * products[i * BLOCK + j];
              nearest.offer(i, other + j, Math.max(0, square));
            }
          }
        }
      }
      for (int i = 0; i < rows; i++) {
        scores[from + i] = 0.0 - farthest(group, from + i, nearest.of(i));
      }
      alive.run();
    }
    return scores;
  }

  private static double farthest(Group group, int row, int[] neighbours) {
    double[] point = group.row(row);
    double farthest = 0;
    for (int neighbour : neighbours) {
      farthest = Math.max(farthest, group.squaredDistance(neighbour, point));
    }
    return Math.sqrt(farthest);
  }

  private static double[] norms(Group group) {
    double[] norms = new double[group.rows()];
    double[] origin = new double[group.dimension()];
    Arrays.setAll(norms, i -> group.squaredDistance(i, origin));
    return norms;
  }

  /** The nearest few of the rows offered to each of some rows. */
  private static final class Nearest {
    private final int size;
    // rows×size, ascending in each row
    private final double[] squares;
    private final int[] indices;

    Nearest(int rows, int size) {
      this.size = size;
      this.squares = new double[rows * size];
      this.indices = new int[rows * size];
      Arrays.fill(squares, Double.POSITIVE_INFINITY);
    }

    void offer(int row, int index, double square) {
      int first = row * size;
      int at = first + size - 1;
      if (square >= squares[at]) {
        return;
      }
      for (; at > first && squares[at - 1] > square; at--) {
        squares[at] = squares[at - 1];
        indices[at] = indices[at - 1];
      }
      squares[at] = square;
      indices[at] = index;
    }

    int[] of(int row) {
      return Arrays.copyOfRange(indices, row * size, (row + 1) * size);
    }
  }
}
