package io.winnow.selection;

import io.winnow.contracts.spec.SelectionSpec.Scope;

/**
 * Herding of each group (Welling, Herding dynamical weights to learn, ICML 2009; as in iCaRL, arXiv
 * 1611.07725): the next row is the one that brings the mean of the rows chosen nearest to the
 * group's mean μ,
 *
 * <p>argmin over z not chosen of ‖μ − (z + Σ chosen)/(k+1)‖ = argmin ‖(k+1)μ − Σ chosen − z‖.
 *
 * <p>The score is minus the order of choice, so that a smaller coreset is a part of a larger one.
 * As many rows are chosen as are to be kept, in O(n·k·d); the others follow by how near they would
 * bring the mean as the next row. Of equal rows the lower one is taken.
 */
final class HerdingCriterion implements Criterion {
  private final GroupReader reader;
  private final int[] wanted;

  /**
   * @param wanted rows to be chosen of each group
   */
  HerdingCriterion(GroupReader reader, int[] wanted) {
    this.reader = reader;
    this.wanted = wanted.clone();
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    return reader.scores(table, scope, n -> 0, this::herd);
  }

  private double[] herd(Group group, Runnable alive) {
    int n = group.rows();
    ChoiceOrder order = new ChoiceOrder(n);
    double[] mean = group.mean();
    // (k+1)μ − Σ chosen: where the next row should lie
    double[] target = mean.clone();
    double[] distances = new double[n];
    for (int k = 0; k < Math.min(n, wanted[group.index()]); k++) {
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
    return order.withTheRestBy(distances);
  }
}
