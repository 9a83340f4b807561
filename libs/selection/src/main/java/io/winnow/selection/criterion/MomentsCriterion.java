package io.winnow.selection.criterion;

import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.Group;
import java.util.Arrays;

/**
 * Greedy moment matching of each group: the next row is the one that brings the mean μ and the
 * standard deviations σ of the chosen rows closest to those of the group,
 *
 * <p>argmin over z not chosen of ‖μ(chosen, z) − μ‖² + ‖σ(chosen, z) − σ‖²,
 *
 * <p>with σ computed per coordinate, without Bessel's correction. The moment term is that of GADC
 * (arXiv 2606.05883); its swaps and its optimal transport term are not used. The score is minus the
 * order of choice, so that a smaller coreset is a subset of a larger one. Only as many rows are
 * chosen as are kept, in O(n·k·d); the others follow by the objective with each as the next row.
 * Ties go to the lower row index.
 */
final class MomentsCriterion implements Criterion {
  @Override
  public String name() {
    return "moments";
  }

  @Override
  public String description() {
    return "Rows whose mean and standard deviations follow those of the class; the first are kept";
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
            (group, alive) -> match(group, scoring.kept()[group.index()], alive));
  }

  private static double[] match(Group group, int kept, Runnable alive) {
    int n = group.rows();
    ChoiceOrder order = new ChoiceOrder(n);
    Moments chosen = Moments.of(group);
    double[] objectives = new double[n];
    for (int k = 0; k < Math.min(n, kept); k++) {
      group.each(i -> objectives[i] = order.isChosen(i) ? 0 : chosen.objectiveWith(i));
      int next = -1;
      for (int i = 0; i < n; i++) {
        if (!order.isChosen(i)) {
          next = next < 0 || objectives[i] < objectives[next] ? i : next;
        }
      }
      order.choose(next);
      chosen.add(next);
      alive.run();
    }
    group.each(i -> objectives[i] = order.isChosen(i) ? 0 : chosen.objectiveWith(i));
    return order.withRestBy(objectives);
  }

  /** Sums over the chosen rows, of values relative to the group's mean so that nothing cancels. */
  private static final class Moments {
    private final Group group;
    private final double[] mean;
    private final double[] deviations;
    private final double[] sums;
    private final double[] squares;
    private int count;

    private Moments(Group group, double[] mean, double[] deviations) {
      this.group = group;
      this.mean = mean;
      this.deviations = deviations;
      this.sums = new double[mean.length];
      this.squares = new double[mean.length];
    }

    static Moments of(Group group) {
      int d = group.dimension();
      double[] mean = group.mean();
      double[] deviations = new double[d];
      for (int i = 0; i < group.rows(); i++) {
        for (int j = 0; j < d; j++) {
          double u = group.features()[i * d + j] - mean[j];
          deviations[j] += u * u;
        }
      }
      Arrays.setAll(deviations, j -> Math.sqrt(deviations[j] / group.rows()));
      return new Moments(group, mean, deviations);
    }

    /** ‖μ(chosen, zᵢ) − μ‖² + ‖σ(chosen, zᵢ) − σ‖². */
    double objectiveWith(int i) {
      double share = 1.0 / (count + 1);
      int from = i * mean.length;
      double objective = 0;
      for (int j = 0; j < mean.length; j++) {
        double u = group.features()[from + j] - mean[j];
        double first = (sums[j] + u) * share;
        double variance = (squares[j] + u * u) * share - first * first;
        double difference = Math.sqrt(Math.max(0, variance)) - deviations[j];
        objective += first * first + difference * difference;
      }
      return objective;
    }

    void add(int i) {
      count++;
      for (int j = 0; j < mean.length; j++) {
        double u = group.features()[i * mean.length + j] - mean[j];
        sums[j] += u;
        squares[j] += u * u;
      }
    }
  }
}
