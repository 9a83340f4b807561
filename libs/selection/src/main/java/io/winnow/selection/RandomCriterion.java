package io.winnow.selection;

import io.winnow.contracts.Seeds;
import io.winnow.contracts.spec.SelectionSpec.Scope;

/**
 * A uniform draw in [0, 1) for every row, from the seed and the row's index alone; the highest are
 * kept. With scope {@code class} that is a draw stratified by class, with {@code global} a plain
 * one.
 */
final class RandomCriterion implements Criterion {
  private final long seed;

  RandomCriterion(long seed) {
    this.seed = seed;
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    double[] scores = new double[table.rows()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = (Seeds.of(seed, "select.random", row) >>> 11) * 0x1p-53;
    }
    return scores;
  }
}
