package io.winnow.selector;

import io.winnow.contracts.spec.SelectionSpec.Scope;

/**
 * How likely a row is under a Gaussian fitted to its class (scope {@code class}) or to all rows
 * (scope {@code global}); the likeliest rows are kept. The fit is by maximum likelihood (covariance
 * divided by n) plus {@link GaussianDensity#RIDGE} on the diagonal, so that a class of one row has
 * a density too. Li et al., Pruning then Reweighting, arXiv 2409.19128.
 */
final class GaussianCriterion implements Criterion {

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    return Density.scores(table, scope, GaussianDensity::new);
  }
}
