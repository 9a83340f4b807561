package io.winnow.selection;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.CentredMoments;
import io.winnow.torch.algebra.Gaussian;

/**
 * How likely a row is under a Gaussian fitted to its class (scope {@code class}) or to all rows
 * (scope {@code global}); the likeliest rows are kept. The fit is by maximum likelihood (covariance
 * divided by n) plus {@link #RIDGE} on the diagonal, so that a class of one row has a density too.
 * Li et al., Pruning then Reweighting, arXiv 2409.19128.
 */
public final class GaussianCriterion implements Criterion {
  /**
   * Added to the covariance's diagonal, so that fewer rows than dimensions still have a density.
   */
  static final double RIDGE = 1e-5;

  private final Algebra algebra;
  private final GroupReader reader;

  public GaussianCriterion(Algebra algebra, GroupReader reader) {
    this.algebra = algebra;
    this.reader = reader;
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    int d = table.dimension();
    return reader.blockScores(
        table,
        scope,
        algebra,
        "mean, covariance and density",
        n -> Algebra.densityBytes(n, d),
        (group, alive) -> score(group, scope, alive));
  }

  private double[] score(BlockedRows group, Scope scope, Runnable alive) {
    try (CentredMoments moments = BlockScores.moments(algebra, group, alive);
        Gaussian gaussian = moments.gaussian(RIDGE)) {
      if (gaussian == null) {
        throw new InvalidInputException(
            (scope == Scope.CLASS ? "class " + group.index() : "the data set")
                + " has a covariance of features that is not positive definite, even with "
                + RIDGE
                + " added to its diagonal",
            "scale the surrogate's features to about 1, or choose the criterion \"moderate\"");
      }
      return BlockScores.of(group, gaussian::log, alive);
    }
  }
}
