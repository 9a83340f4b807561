package io.winnow.selection;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.Neighbours;
import io.winnow.torch.algebra.Rows;
import java.util.Arrays;

/**
 * Minus the Euclidean distance of a row to its {@link #NEIGHBOURS}th nearest neighbour among the
 * rows of its group, the row itself not counted; the highest are kept. With fewer neighbours the
 * farthest there is counts, and a row alone has the score 0. How near the k-th neighbour lies is an
 * estimate of density (Loftsgaarden and Quesenberry, Ann. Math. Statist. 36, 1965).
 *
 * <p>See {@link Neighbours} for how they are found.
 */
final class KnnCriterion implements Criterion {
  static final int NEIGHBOURS = 5;

  private final Algebra algebra;
  private final GroupReader reader;

  KnnCriterion(Algebra algebra, GroupReader reader) {
    this.algebra = algebra;
    this.reader = reader;
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    int d = table.dimension();
    return reader.scores(table, scope, n -> Neighbours.bytes(n, d), this::score);
  }

  private double[] score(Group group, Runnable alive) {
    int block = Rows.block(group.dimension());
    try (Neighbours neighbours = algebra.neighbours(group.rows(), group.dimension())) {
      for (int first = 0; first < group.rows(); first += block) {
        int count = Math.min(block, group.rows() - first);
        neighbours.put(new Rows(group.features(), first, count, group.dimension()));
      }
      return Arrays.stream(neighbours.kth(NEIGHBOURS, alive)).map(x -> 0.0 - x).toArray();
    }
  }
}
