package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Mean and covariance (divisor n) of rows in float64, from one pass over them. Sums are taken
 * relative to the mean of the first block, so that no digits are lost to a mean far from 0. Holds
 * d² numbers outside the heap. For one thread.
 */
public final class CentredMoments implements AutoCloseable {
  private final Algebra algebra;
  private final int d;
  private final NDManager owner;
  private CovarianceAccumulator sums;
  private NDArray mean;

  CentredMoments(Algebra algebra, int d) {
    this.algebra = algebra;
    this.d = d;
    this.owner = algebra.newScope();
  }

  /**
   * @throws IllegalStateException mean or covariance have been requested already
   */
  public void add(Rows block) {
    if (mean != null) {
      throw new IllegalStateException("the moments of " + sums.rows() + " rows are complete");
    }
    try (NDManager scope = algebra.newScope()) {
      NDArray uploaded = algebra.upload(scope, block);
      if (sums == null) {
        NDArray origin = kept(algebra.call(scope, "mean", uploaded).head());
        sums = new CovarianceAccumulator(algebra, owner, origin);
      }
      sums.add(scope, uploaded);
    }
  }

  /**
   * The Gaussian of maximum likelihood (covariance divided by n) with a ridge on the covariance's
   * diagonal.
   *
   * @param ridge at least 0
   * @return null if the matrix is not positive definite
   */
  public Gaussian gaussian(double ridge) {
    complete();
    NDManager scope = algebra.newScope();
    try {
      NDArray settings = scope.create(new double[] {sums.rows(), ridge}, new Shape(2));
      NDList parts = algebra.call(scope, "factor", sums.outer(), settings);
      double logDeterminant = parts.get(1).getDouble();
      if (parts.get(2).getLong() != 0 || !Double.isFinite(logDeterminant)) {
        scope.close();
        return null;
      }
      return new Gaussian(algebra, scope, mean, parts.get(0), logDeterminant);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Eigenvalues and eigenvectors of the covariance (divided by n). */
  public Eigen eigen() {
    complete();
    return Eigen.of(algebra, sums.outer(), sums.rows());
  }

  /** d. */
  public int dimension() {
    return d;
  }

  /** The mean of the rows, length d. */
  public double[] mean() {
    return meanArray().toDoubleArray();
  }

  NDArray meanArray() {
    complete();
    return mean;
  }

  private void complete() {
    if (sums == null) {
      throw new IllegalStateException("no rows were added");
    }
    if (mean == null) {
      try (NDManager scope = algebra.newScope()) {
        mean = kept(sums.centre(scope));
      }
    }
  }

  private NDArray kept(NDArray array) {
    array.attach(owner);
    return array;
  }

  @Override
  public void close() {
    owner.close();
  }
}
