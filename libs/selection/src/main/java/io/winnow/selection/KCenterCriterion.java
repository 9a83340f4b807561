package io.winnow.selection;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import java.util.Arrays;

/**
 * Farthest-first traversal of each group: the row nearest to the group's mean, then again and again
 * the row whose distance to the nearest row chosen so far is greatest. k rows so chosen leave every
 * other row at most twice as far from its nearest as the best k would (Gonzalez, Clustering to
 * minimize the maximum intercluster distance, 1985; for coresets Sener and Savarese, arXiv
 * 1708.00489). The score is minus the order of choice, so that a smaller coreset is a part of a
 * larger one. As many rows are chosen as are to be kept, in O(n·k·d); the others follow by the
 * distance that is left, the farthest first. Of equal distances the lower row is taken.
 */
final class KCenterCriterion implements Criterion {
  private final GroupReader reader;
  private final int[] wanted;

  /**
   * @param wanted rows to be chosen of each group
   */
  KCenterCriterion(GroupReader reader, int[] wanted) {
    this.reader = reader;
    this.wanted = wanted.clone();
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    return reader.scores(table, scope, n -> 0, this::traverse);
  }

  private double[] traverse(Group group, Runnable alive) {
    int n = group.rows();
    ChoiceOrder order = new ChoiceOrder(n);
    double[] nearest = new double[n];
    double[] distances = new double[n];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    int next = nearestTo(group, group.mean());
    for (int k = 0; k == 0 || k < Math.min(n, wanted[group.index()]); k++) {
      order.choose(next);
      group.squaredDistances(group.row(next), i -> !order.isChosen(i), distances);
      for (int i = 0; i < n; i++) {
        if (!order.isChosen(i)) {
          nearest[i] = Math.min(nearest[i], distances[i]);
          if (order.isChosen(next) || nearest[i] > nearest[next]) {
            next = i;
          }
        }
      }
      alive.run();
    }
    return order.withTheRestBy(Arrays.stream(nearest).map(x -> -x).toArray());
  }

  private static int nearestTo(Group group, double[] point) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < group.rows(); i++) {
      double distance = group.squaredDistance(i, point);
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }
}
