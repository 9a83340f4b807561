package io.winnow.selection.criterion;

import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.Group;

/**
 * Herding of each group (Welling, Herding dynamical weights to learn, ICML 2009; as in iCaRL, arXiv
 * 1611.07725): the next row is the one that moves the mean of the chosen rows closest to the mean μ
 * of the group,
 *
 * <p>argmin over z not chosen of ‖μ − (z + Σ chosen)/(k+1)‖ = argmin ‖(k+1)μ − Σ chosen − z‖.
 *
 * <p>The score is minus the order of choice, so that a smaller coreset is a subset of a larger one.
 * Only as many rows are chosen as are kept, in O(n·k·d); the others follow by how close they would
 * move the mean as the next row. Ties go to the lower row index.
 */
final class HerdingCriterion implements Criterion {
  @Override
  public String name() {
    return "herding";
  }

  @Override
  public String description() {
    return "Rows whose mean follows the mean of the class; the first are kept";
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
            (group, alive) -> herd(group, scoring.kept()[group.index()], alive));
  }

  private static double[] herd(Group group, int kept, Runnable alive) {
    int n = group.rows();
    ChoiceOrder order = new ChoiceOrder(n);
    double[] mean = group.mean();
    // (k+1)μ − Σ chosen, the ideal next row
    double[] target = mean.clone();
    double[] distances = new double[n];
    for (int k = 0; k < Math.min(n, kept); k++) {
      group.squaredDistances(target, i -> !order.isChosen(i), distances);
      int next = -1;
      for (int i = 0; i < n; i++) {
        if (!order.isChosen(i)) {
          next = next < 0 || distances[i] < distances[next] ? i : next;
        }
      }
      order.choose(next);
      double[] row = group.row(next);
      for (int j = 0; j < target.length; j++) {
        target[j] += mean[j] - row[j];
      }
      alive.run();
    }
    group.squaredDistances(target, i -> true, distances);
    return order.withRestBy(distances);
  }
}
