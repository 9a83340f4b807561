package io.winnow.selection.criterion;

import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.Group;
import java.util.Arrays;

/**
 * Farthest-first traversal of each group: first the row nearest to the mean of the group, then
 * repeatedly the row with the greatest distance to its nearest chosen row. The resulting k centres
 * cover all rows within at most twice the optimal radius (Gonzalez, Clustering to minimize the
 * maximum intercluster distance, 1985; for coresets Sener and Savarese, arXiv 1708.00489). The
 * score is minus the position in the traversal, so that a smaller coreset is a subset of a larger
 * one. Only as many rows are chosen as are kept, in O(n·k·d); the others follow in descending order
 * of their distance to the chosen rows. Ties go to the lower row index.
 */
final class KCenterCriterion implements Criterion {
  @Override
  public String name() {
    return "k-center";
  }

  @Override
  public String description() {
    return "Farthest-first traversal of the class; the first are kept";
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scoring scoring) {
    return scoring
        .reader()
        .scores(
            table,
            scoring.scope(),
            n -> 0,
            (group, alive) -> traverse(group, scoring.kept()[group.index()], alive));
  }

  private static double[] traverse(Group group, int kept, Runnable alive) {
    int n = group.rows();
    ChoiceOrder order = new ChoiceOrder(n);
    double[] nearest = new double[n];
    double[] distances = new double[n];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    int next = nearestTo(group, group.mean());
    for (int k = 0; k == 0 || k < Math.min(n, kept); k++) {
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
    return order.withRestBy(Arrays.stream(nearest).map(x -> -x).toArray());
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
