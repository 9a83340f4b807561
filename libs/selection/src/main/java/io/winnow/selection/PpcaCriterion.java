package io.winnow.selection;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.CentredMoments;
import io.winnow.torch.algebra.Components;
import io.winnow.torch.algebra.Eigen;
import java.util.Arrays;

/**
 * How likely a row is under probabilistic principal component analysis of its class (scope {@code
 * class}) or of all rows (scope {@code global}); the likeliest rows are kept. The density at its
 * maximum likelihood (Tipping and Bishop, Probabilistic principal component analysis, JRSS B 61,
 * 1999): a Gaussian whose covariance is that of the rows along the first q principal axes u₁ … u_q,
 * and σ² along every other axis:
 *
 * <p>ln p(z) = −½[d ln 2π + Σᵢ ln λᵢ + (d−q) ln σ² + Σᵢ (uᵢᵀx)²/λᵢ + (‖x‖² − Σᵢ (uᵢᵀx)²)/σ²], x = z
 * − μ, i = 1 … q.
 *
 * <p>q is the smallest number of components whose share of the variance is at least {@link #SHARE},
 * at most d − 1; σ² is the mean of the eigenvalues left out. Eigenvalues and σ² are at least {@link
 * #FLOOR}, so that rows that span less than the space, or nothing, have a density. No variance at
 * all means q = 0.
 *
 * <p>Where n rows span n − 1 axes and all are kept, every row has the same density. So that such
 * rows are the tie that they are, however the statistics were summed up, densities are rounded to 9
 * decimal places.
 */
final class PpcaCriterion implements Criterion {
  static final double SHARE = 0.95;
  static final double FLOOR = 1e-5;
  private static final double DIGITS = 1e9;

  private final Algebra algebra;
  private final GroupReader reader;

  PpcaCriterion(Algebra algebra, GroupReader reader) {
    this.algebra = algebra;
    this.reader = reader;
  }

  /**
   * What the eigenvalues say.
   *
   * @param variances along the first q axes
   * @param noise σ²
   */
  record Model(double[] variances, double noise) {

    /**
     * @param eigenvalues the largest first; rounding may leave those of 0 on either side of it
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
        "mean, covariance and principal components",
        n -> Algebra.eigenBytes(n, d),
        this::score);
  }

  private double[] score(BlockedRows group, Runnable alive) {
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
