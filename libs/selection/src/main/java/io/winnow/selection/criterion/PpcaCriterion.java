package io.winnow.selection.criterion;

import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.BlockedRows;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.CentredMoments;
import io.winnow.torch.algebra.Components;
import io.winnow.torch.algebra.Eigen;
import java.util.Arrays;

/**
 * Log-likelihood of a row under probabilistic principal component analysis (PPCA) of its class
 * (scope {@code class}) or of all rows (scope {@code global}); the highest are kept. The maximum
 * likelihood density (Tipping and Bishop, Probabilistic principal component analysis, JRSS B 61,
 * 1999) is a Gaussian with the covariance of the rows along the first q principal axes u₁ … u_q and
 * the variance σ² along every other axis:
 *
 * <p>ln p(z) = −½[d ln 2π + Σᵢ ln λᵢ + (d−q) ln σ² + Σᵢ (uᵢᵀx)²/λᵢ + (‖x‖² − Σᵢ (uᵢᵀx)²)/σ²], x = z
 * − μ, i = 1 … q.
 *
 * <p>q is the smallest number of components whose share of the variance is at least {@link #SHARE},
 * at most d − 1; σ² is the mean of the remaining eigenvalues. Eigenvalues and σ² are at least
 * {@link #FLOOR}, so that rows that span a subspace, or a point, have a density. Without any
 * variance, q is 0.
 *
 * <p>If n rows span n − 1 axes and q = n − 1, every row has the same density. Densities are rounded
 * to 9 decimal places, so that such rows tie regardless of rounding.
 */
final class PpcaCriterion implements Criterion {
  static final double SHARE = 0.95;
  static final double FLOOR = 1e-5;
  private static final double DIGITS = 1e9;

  /**
   * The parameters that follow from the eigenvalues.
   *
   * @param variances along the first q axes
   * @param noise σ²
   */
  record Model(double[] variances, double noise) {

    /**
     * @param eigenvalues in descending order; rounding may make zero eigenvalues slightly negative
     */
    static Model of(double[] eigenvalues) {
      double[] values = Arrays.stream(eigenvalues).map(x -> Math.max(0, x)).toArray();
      int d = values.length;
      double all = Arrays.stream(values).sum();
      double sum = 0;
      int q = 0;
      while (q < d - 1 && sum < SHARE * all) {
        sum += values[q++];
      }
      double rest = Arrays.stream(values, q, d).sum();
      return new Model(
          Arrays.stream(values, 0, q).map(x -> Math.max(FLOOR, x)).toArray(),
          Math.max(FLOOR, rest / (d - q)));
    }
  }

  @Override
  public String name() {
    return "ppca";
  }

  @Override
  public String description() {
    return "Log-likelihood under probabilistic principal components of the class; the highest are kept";
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
    Algebra algebra = scoring.algebra();
    return scoring
        .reader()
        .blockScores(
            table,
            scoring.scope(),
            algebra,
            "mean, covariance and principal components",
            n -> Algebra.eigenBytes(n, d),
            (group, alive) -> score(group, algebra, alive));
  }

  private static double[] score(BlockedRows group, Algebra algebra, Runnable alive) {
    try (CentredMoments moments = BlockScores.moments(algebra, group, alive);
        Eigen eigen = moments.eigen()) {
      Model model = Model.of(eigen.values());
      try (Components components =
          new Components(algebra, moments, eigen, model.variances(), model.noise())) {
        double[] scores = BlockScores.of(group, components::log, alive);
        Arrays.setAll(scores, i -> Math.rint(scores[i] * DIGITS) / DIGITS);
        return scores;
      }
    }
  }
}
