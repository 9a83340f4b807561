package io.winnow.trainer.quality;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * The Fréchet distance of two Gaussians, ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½) (Dowson and Landau,
 * The Fréchet distance between multivariate normal distributions, 1982; for generative models
 * Heusel et al., arXiv 1706.08500, where the features are Inception-v3's and the figure is called
 * FID).
 *
 * <p>With Σᵢ = FᵢFᵢᵀ, tr((Σ₁Σ₂)^½) is the sum of the singular values of F₁ᵀF₂. Taken so, no square
 * root is drawn of a computed product's eigenvalues, and covariances of deficient rank need no
 * ridge.
 */
public final class FrechetDistance {
  // Rounding makes a covariance's zero eigenvalues slightly negative; more than this share of the
  // greatest one means that the matrix is no covariance.
  private static final double NEGATIVE = 1e-6;
  // Eigenvalues within rounding of zero are zero: their square roots would be 1e-8, not 1e-16.
  private static final double ROUNDING = Math.ulp(1.0);

  private FrechetDistance() {}

  /**
   * @param mean1 d means
   * @param covariance1 d×d, row-major, symmetric, positive semi-definite
   * @param mean2 d means
   * @param covariance2 d×d
   * @return the distance (a squared length in feature units), at least 0
   * @throws IllegalArgumentException sizes differ, a value is not finite, or a matrix is not a
   *     covariance
   */
  public static double between(
      double[] mean1, double[] covariance1, double[] mean2, double[] covariance2) {
    int d = mean1.length;
    if (d == 0 || mean2.length != d) {
      throw new IllegalArgumentException("means of " + d + " and " + mean2.length + " features");
    }
    DMatrixRMaj factor1 = factor(covariance1, d);
    DMatrixRMaj factor2 = factor(covariance2, d);
    DMatrixRMaj product = new DMatrixRMaj(d, d);
    CommonOps_DDRM.multTransA(factor1, factor2, product);
    double distance = 0;
    for (int i = 0; i < d; i++) {
      double gap = finite(mean1[i]) - finite(mean2[i]);
      distance += gap * gap + covariance1[i * d + i] + covariance2[i * d + i];
    }
    return Math.max(0, distance - 2 * nuclearNorm(product));
  }

  /** F = Q·Λ^½ with Σ = QΛQᵀ. */
  private static DMatrixRMaj factor(double[] covariance, int d) {
    if (covariance.length != d * d) {
      throw new IllegalArgumentException(
          "a covariance of " + covariance.length + " values for " + d + " features");
    }
    DMatrixRMaj symmetric = new DMatrixRMaj(d, d);
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        symmetric.set(i, j, (finite(covariance[i * d + j]) + finite(covariance[j * d + i])) / 2);
      }
    }
    double scale = CommonOps_DDRM.elementMaxAbs(symmetric);
    DMatrixRMaj factor = new DMatrixRMaj(d, d);
    if (scale == 0) {
      return factor;
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
    if (!eigen.decompose(symmetric)) {
      throw new IllegalArgumentException("the eigenvalues of a covariance did not converge");
    }
    for (int k = 0; k < d; k++) {
      double value = eigen.getEigenvalue(k).getReal();
      if (value < -NEGATIVE * scale * d) {
        throw new IllegalArgumentException("a covariance has the negative eigenvalue " + value);
      }
      DMatrixRMaj vector = eigen.getEigenVector(k);
      double length = value <= ROUNDING * scale * d ? 0 : Math.sqrt(value);
      for (int i = 0; i < d; i++) {
        factor.set(i, k, vector.get(i, 0) * length);
      }
    }
    return factor;
  }

  private static double nuclearNorm(DMatrixRMaj matrix) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(matrix.numRows, matrix.numCols, false, false, true);
    if (!svd.decompose(matrix)) {
      throw new IllegalArgumentException("the singular values of a product did not converge");
    }
    double sum = 0;
    for (double value : svd.getSingularValues()) {
      sum += value;
    }
    return sum;
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a mean or covariance holds " + value);
    }
    return value;
  }
}
