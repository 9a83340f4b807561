package io.winnow.selection.criterion;

import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.Group;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.RowSet;
import java.util.Arrays;

/**
 * Minus the Euclidean distance of a row to its {@link #NEIGHBOURS}th nearest neighbour among the
 * rows of its group, not counting the row itself; the highest are kept. If there are fewer
 * neighbours, the farthest counts; a single row has the score 0. The distance to the k-th neighbour
 * is an estimate of density (Loftsgaarden and Quesenberry, Ann. Math. Statist. 36, 1965).
 */
final class KnnCriterion implements Criterion {
  static final int NEIGHBOURS = 5;

  @Override
  public String name() {
    return "knn";
  }

  @Override
  public String description() {
    return "Distance to the fifth nearest row of the class; the nearest are kept";
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scoring scoring) {
    int d = table.dimension();
    return scoring
        .reader()
        .scores(
            table,
            scoring.scope(),
            n -> RowSet.nearestBytes(n, d),
            (group, alive) -> score(group, scoring.algebra(), alive));
  }

  private static double[] score(Group group, Algebra algebra, Runnable alive) {
    try (RowSet rows = algebra.rows(group.rows(), group.dimension())) {
      rows.put(group.features(), 0);
      RowSet.Nearest nearest = rows.nearest(rows, NEIGHBOURS, alive);
      double[] scores = new double[group.rows()];
      Arrays.setAll(scores, i -> 0.0 - Math.sqrt(nearest.farthest(i)));
      return scores;
    }
  }
}
