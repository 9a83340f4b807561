package io.winnow.selection.criterion;

import io.winnow.contracts.spec.CriterionInfo.Needs;
import io.winnow.selection.features.FeatureTable;

/**
 * The reference model's denoising loss of a row (see {@code LossScores}): how hard the row is for a
 * diffusion model trained on all rows. {@code interval} keeps evenly spaced ranks, so that easy,
 * medium and hard rows are represented equally (Interval Sampling of D2C, arXiv 2507.05914); {@code
 * hardest} and {@code easiest} keep one end.
 */
final class LossCriterion implements Criterion {
  private final String name;
  private final String kept;
  private final Order order;

  /**
   * @param kept which losses are kept, for the description
   */
  LossCriterion(String name, String kept, Order order) {
    this.name = name;
    this.kept = kept;
    this.order = order;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "Denoising loss under the reference model; " + kept;
  }

  @Override
  public Order order() {
    return order;
  }

  @Override
  public Needs needs() {
    return Needs.LOSSES;
  }

  @Override
  public boolean streams() {
    return true;
  }

  /**
   * @throws IllegalArgumentException the number of losses is not that of the rows
   */
  @Override
  public double[] scores(FeatureTable table, Scoring scoring) {
    if (scoring.losses() == null || scoring.losses().length != table.rows()) {
      throw new IllegalArgumentException(name + " needs " + table.rows() + " losses");
    }
    return scoring.losses().clone();
  }
}
