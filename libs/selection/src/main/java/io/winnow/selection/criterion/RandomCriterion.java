package io.winnow.selection.criterion;

import io.winnow.contracts.Seeds;
import io.winnow.contracts.spec.CriterionInfo.Needs;
import io.winnow.selection.features.FeatureTable;

/**
 * A uniform draw in [0, 1) for every row, from the seed and the row index only; the highest are
 * kept. The draw is stratified by class with scope {@code class}, and simple with {@code global}.
 */
final class RandomCriterion implements Criterion {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public String description() {
    return "A random draw from the seed, stratified by class";
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public Needs needs() {
    return Needs.NOTHING;
  }

  @Override
  public boolean draws() {
    return true;
  }

  @Override
  public boolean streams() {
    return true;
  }

  @Override
  public double[] scores(FeatureTable table, Scoring scoring) {
    double[] scores = new double[table.rows()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = (Seeds.of(scoring.seed(), "select.random", row) >>> 11) * 0x1p-53;
    }
    return scores;
  }
}
