package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * R with RᵀR = Σ, from Σ's eigenvalues and eigenvectors, for tr((Σ₁Σ₂)^½). That is the sum of the
 * singular values of R₁R₂ᵀ. Taken so, no square root is drawn of a computed product's eigenvalues,
 * and covariances of deficient rank need no ridge. Holds d² numbers outside the heap.
 */
public final class CovarianceRoot implements AutoCloseable {
  // Rounding makes a covariance's zero eigenvalues slightly negative; more than this share of the
  // greatest one means that the matrix is no covariance.
  private static final double NEGATIVE = 1e-6;
  // Eigenvalues within rounding of zero are zero: their square roots would be 1e-8, not 1e-16.
  private static final double ROUNDING = Math.ulp(1.0);

  private final Algebra algebra;
  private final NDManager owner;
  private final NDArray root;

  private CovarianceRoot(Algebra algebra, NDManager owner, NDArray root) {
    this.algebra = algebra;
    this.owner = owner;
    this.root = root;
  }

  /**
   * Of a matrix in the heap.
   *
   * @param covariance d×d, row-major, finite; the upper triangle is read
   * @throws IllegalArgumentException it is no covariance: an eigenvalue is negative
   */
  public static CovarianceRoot of(Algebra algebra, double[] covariance, int d) {
    try (NDManager scope = algebra.newScope()) {
      return of(algebra, scope.create(covariance, new Shape(d, d)));
    }
  }

  static CovarianceRoot of(Algebra algebra, NDArray upper) {
    NDManager scope = algebra.newScope();
    try {
      NDList parts = algebra.pairs(scope, "eigen", upper);
      NDArray lengths = scope.create(lengths(parts.get(0).toDoubleArray()));
      NDArray root = algebra.pairs(scope, "scale", parts.get(1), lengths).head();
      return new CovarianceRoot(algebra, scope, root);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private static double[] lengths(double[] eigenvalues) {
    double greatest = 0;
    for (double value : eigenvalues) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    double[] lengths = new double[eigenvalues.length];
    for (int i = 0; i < lengths.length; i++) {
      double value = eigenvalues[i];
      if (value < -NEGATIVE * greatest) {
        throw new IllegalArgumentException("a covariance has the negative eigenvalue " + value);
      }
      lengths[i] = value <= ROUNDING * greatest * lengths.length ? 0 : Math.sqrt(value);
    }
    return lengths;
  }

  /** tr((Σ₁Σ₂)^½), this being the root of Σ₁. */
  public double common(CovarianceRoot other) {
    try (NDManager scope = algebra.newScope()) {
      return algebra.pairs(scope, "common", root, other.root).head().getDouble();
    }
  }

  /**
   * The same with the covariance of some rows, from the eigenvalues of RΣRᵀ: several times faster,
   * but an eigenvalue that rounding moves away from 0 adds the square root of what it moved by,
   * some 1e-8 of the greatest one's.
   */
  public double roughlyCommon(CovarianceAccumulator other) {
    try (NDManager scope = algebra.newScope()) {
      return algebra.pairs(scope, "common_of_upper", root, other.upper(scope)).head().getDouble();
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
