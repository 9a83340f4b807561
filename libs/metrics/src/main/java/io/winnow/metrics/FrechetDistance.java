package io.winnow.metrics;

import io.winnow.contracts.run.Measure;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.CovarianceAccumulator;
import io.winnow.torch.algebra.CovarianceRoot;
import io.winnow.torch.algebra.RowSet;

/**
 * The Fréchet distance of two Gaussians, ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½) (Dowson and Landau,
 * The Fréchet distance between multivariate normal distributions, 1982; for generative models
 * Heusel et al., arXiv 1706.08500, where the features are those of Inception-v3 and the distance is
 * called FID). Covariances have the divisor n − 1, as in common FID scripts. Holds d² numbers for
 * the held-out rows, not the rows.
 */
public final class FrechetDistance implements AutoCloseable {
  private final double[] origin;
  private final double[] mean;
  private final double trace;
  private final CovarianceRoot root;

  /**
   * @param heldout at least two rows
   */
  FrechetDistance(RowSet heldout) {
    this.origin = heldout.origin();
    try (CovarianceAccumulator scatter = heldout.scatter(origin, 0, 1)) {
      this.mean = scatter.meanFromOrigin();
      this.trace = scatter.trace();
      this.root = scatter.root();
    }
  }

  /**
   * The distance of samples to the held-out rows, at least 0.
   *
   * @param samples at least two rows
   */
  double to(RowSet samples) {
    try (CovarianceAccumulator scatter = samples.scatter(origin, 0, 1)) {
      return exactly(scatter);
    }
  }

  /** The distance with its spread, if there are enough samples. */
  Measure measure(RowSet samples, Runnable alive) {
    try (CovarianceAccumulator scatter = samples.scatter(origin, 0, 1)) {
      double value = exactly(scatter);
      alive.run();
      double[] leftOut = new double[Jackknife.possible(samples.rows()) ? Jackknife.GROUPS : 0];
      for (int g = 0; g < leftOut.length; g++) {
        try (CovarianceAccumulator group = samples.scatter(origin, g, Jackknife.GROUPS)) {
          scatter.subtract(group);
          leftOut[g] = distance(scatter, root.roughlyCommon(scatter));
          scatter.add(group);
        }
        alive.run();
      }
      return Jackknife.measure(value, leftOut);
    }
  }

  private double exactly(CovarianceAccumulator samples) {
    try (CovarianceRoot other = samples.root()) {
      return Math.max(0, distance(samples, root.common(other)));
    }
  }

  private double distance(CovarianceAccumulator samples, double common) {
    double distance = trace + samples.trace() - 2 * common;
    double[] other = samples.meanFromOrigin();
    for (int i = 0; i < mean.length; i++) {
      distance += (mean[i] - other[i]) * (mean[i] - other[i]);
    }
    return distance;
  }

  /**
   * The distance between two Gaussians whose parameters are given.
   *
   * @param mean1 d means
   * @param covariance1 d×d, row-major, symmetric, positive semi-definite
   * @param mean2 d means
   * @param covariance2 d×d
   * @return the distance (a squared length in feature units), at least 0
   * @throws IllegalArgumentException sizes differ, a value is not finite, or a matrix is not a
   *     covariance
   */
  public static double between(
      Algebra algebra, double[] mean1, double[] covariance1, double[] mean2, double[] covariance2) {
    int d = mean1.length;
    if (d == 0 || mean2.length != d) {
      throw new IllegalArgumentException("means of " + d + " and " + mean2.length + " features");
    }
    double distance = 0;
    for (int i = 0; i < d; i++) {
      double gap = finite(mean1[i]) - finite(mean2[i]);
      distance += gap * gap;
    }
    distance += trace(covariance1, d) + trace(covariance2, d);
    try (CovarianceRoot root1 = CovarianceRoot.of(algebra, covariance1, d);
        CovarianceRoot root2 = CovarianceRoot.of(algebra, covariance2, d)) {
      return Math.max(0, distance - 2 * root1.common(root2));
    }
  }

  private static double trace(double[] covariance, int d) {
    if (covariance.length != d * d) {
      throw new IllegalArgumentException(
          "a covariance of " + covariance.length + " values for " + d + " features");
    }
    double trace = 0;
    for (int i = 0; i < covariance.length; i++) {
      trace += finite(covariance[i]) * (i % (d + 1) == 0 ? 1 : 0);
    }
    return trace;
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a mean or covariance contains " + value);
    }
    return value;
  }

  @Override
  public void close() {
    root.close();
  }
}
