package io.winnow.selector;

import io.winnow.contracts.InvalidInputException;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * The log-density of a d-dimensional Gaussian, in float64, by a Cholesky factor of its covariance.
 */
final class GaussianDensity implements Density {
  /**
   * Added to the covariance's diagonal, so that fewer rows than dimensions still have a density.
   */
  static final double RIDGE = 1e-5;

  private final int d;
  private final double[] mean;
  // U = Lᵀ, row-major: substitution then runs along rows, which the JIT compiler vectorises
  private final double[] factor;
  private final double constant;

  /**
   * @param mean length d
   * @param covariance d×d, row-major, symmetric
   * @param what names the group of rows in errors
   * @throws InvalidInputException values that are not finite, or a covariance that is not positive
   *     definite even with {@link #RIDGE} added
   */
  GaussianDensity(double[] mean, double[] covariance, String what) {
    this.d = mean.length;
    this.mean = mean.clone();
    requireFinite(mean, covariance, what);
    DMatrixRMaj sigma = new DMatrixRMaj(d, d, true, covariance.clone());
    for (int i = 0; i < d; i++) {
      sigma.add(i, i, RIDGE);
    }
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(d, false);
    if (!cholesky.decompose(sigma)) {
      throw new InvalidInputException(
          what
              + " has a covariance of features that is not positive definite, even with "
              + RIDGE
              + " added to its diagonal",
          "scale the surrogate's features to about 1, or choose the criterion \"moderate\"");
    }
    this.factor = cholesky.getT(null).data.clone();
    double logDeterminant = 0;
    for (int i = 0; i < d; i++) {
      logDeterminant += 2 * Math.log(factor[i * d + i]);
    }
    this.constant = logDeterminant + d * Math.log(2 * Math.PI);
  }

  /** S(z) = −½[(z−μ)ᵀΣ⁻¹(z−μ) + ln|Σ| + d ln 2π]. */
  @Override
  public double log(float[] features, int row, double[] scratch) {
    int from = row * d;
    for (int i = 0; i < d; i++) {
      scratch[i] = features[from + i] - mean[i];
    }
    double square = 0;
    for (int i = 0; i < d; i++) {
      double y = scratch[i] / factor[i * d + i];
      square += y * y;
      for (int j = i + 1; j < d; j++) {
        scratch[j] -= y * factor[i * d + j];
      }
    }
    return -0.5 * (square + constant);
  }

  static void requireFinite(double[] mean, double[] covariance, String what) {
    if (!finite(mean) || !finite(covariance)) {
      throw new InvalidInputException(
          what + " has features that are not finite numbers",
          "use a surrogate that gives finite features for every image");
    }
  }

  private static boolean finite(double[] values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }
}
