package io.winnow.selector;

import io.winnow.contracts.spec.SelectionSpec.Scope;

/**
 * How likely a row is under probabilistic principal component analysis of its class (scope {@code
 * class}) or of all rows (scope {@code global}), see {@link PpcaDensity}; the likeliest rows are
 * kept.
 */
final class PpcaCriterion implements Criterion {

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    return Density.scores(table, scope, PpcaDensity::new);
  }
}
