package io.winnow.selection;

import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;

/**
 * The reference model's denoising loss of a row (see {@code LossScores}): how hard a diffusion
 * model that has seen all rows finds it. {@code interval} keeps evenly spread ranks, so that easy,
 * middling and hard rows are kept alike (Interval Sampling of D2C, arXiv 2507.05914); {@code
 * hardest} and {@code easiest} one end.
 */
public final class LossCriterion implements Criterion {
  private final Order order;
  private final double[] losses;

  private LossCriterion(Order order, double[] losses) {
    this.order = order;
    this.losses = losses;
  }

  /**
   * @param criterion one that ranks by losses
   * @param losses one a row of the table
   */
  public static LossCriterion of(SelectionSpec.Criterion criterion, double[] losses) {
    Order order =
        switch (criterion) {
          case INTERVAL -> Order.EVEN;
          case HARDEST -> Order.HIGHEST;
          case EASIEST -> Order.LOWEST;
          default -> throw new IllegalArgumentException(criterion + " does not rank by losses");
        };
    return new LossCriterion(order, losses);
  }

  @Override
  public Order order() {
    return order;
  }

  /** The losses, whatever the features are. */
  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    return losses.clone();
  }
}
