package io.winnow.selection.criterion;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.BlockedRows;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.CentredMoments;
import io.winnow.torch.algebra.Gaussian;

/**
 * Log-density of a row under a Gaussian fitted to its class (scope {@code class}) or to all rows
 * (scope {@code global}); the highest are kept. The fit is the maximum likelihood one (covariance
 * divided by n) plus {@link #RIDGE} on the diagonal, so that a class with one row has a density
 * too. Li et al., Pruning then Reweighting, arXiv 2409.19128.
 */
final class GaussianCriterion implements Criterion {
  /**
   * Added to the diagonal of the covariance, so that fewer rows than dimensions have a density too.
   */
  static final double RIDGE = 1e-5;

  @Override
  public String name() {
    return "gaussian";
  }

  @Override
  public String description() {
    return "Log-density under a Gaussian fitted to the class; the highest are kept";
  }

  @Override
  public Order order() {
    return Order.HIGHEST;
  }

  @Override
  public boolean streams() {
    return true;
  }

  @Override
  public double[] scores(FeatureTable table, Scoring scoring) {
    int d = table.dimension();
    return scoring
        .reader()
        .blockScores(
            table,
            scoring.scope(),
            scoring.algebra(),
            "mean, covariance and density",
            n -> Algebra.densityBytes(n, d),
            (group, alive) -> score(group, scoring, alive));
  }

  private static double[] score(BlockedRows group, Scoring scoring, Runnable alive) {
    try (CentredMoments moments = BlockScores.moments(scoring.algebra(), group, alive);
        Gaussian gaussian = moments.gaussian(RIDGE)) {
      if (gaussian == null) {
        throw new InvalidInputException(
            (scoring.scope() == Scope.CLASS ? "class " + group.index() : "the data set")
                + " has a covariance of features that is not positive definite, even with "
                + RIDGE
                + " added to its diagonal",
            "scale the surrogate's features to about 1, or choose the criterion \"moderate\"");
      }
      return BlockScores.of(group, gaussian::log, alive);
    }
  }
}
