package io.winnow.diffusion.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Mean and covariance of rows in float64, from two passes over them: first {@link #addToMean}, then
 * {@link #addToCovariance}, which loses nothing to a mean far from 0. Holds d² numbers outside the
 * heap.
 */
public final class CentredMoments implements AutoCloseable {
  private final Algebra algebra;
  private final int d;
  private final NDManager owner;
  private final NDArray mean;
  private final NDArray outer;
  private long rows;
  private long centred;

  CentredMoments(Algebra algebra, int d) {
    this.algebra = algebra;
    this.d = d;
    this.owner = algebra.newScope();
    this.mean = owner.zeros(new Shape(d), DataType.FLOAT64);
    this.outer = owner.zeros(new Shape(d, d), DataType.FLOAT64);
  }

  /** Adds rows to the mean. */
  public void addToMean(Rows block) {
    require(centred == 0, "the mean is complete");
    try (NDManager scope = algebra.newScope()) {
      algebra.call(scope, "add_sum", algebra.upload(scope, block), mean);
    }
    rows += block.count();
  }

  /** Adds rows, the very same ones, to the covariance. */
  public void addToCovariance(Rows block) {
    require(rows > 0, "rows are missing in the mean");
    if (centred == 0) {
      mean.divi(rows);
    }
    try (NDManager scope = algebra.newScope()) {
      algebra.call(scope, "add_outer", algebra.upload(scope, block), mean, outer);
    }
    centred += block.count();
  }

  /**
   * The Gaussian of maximum likelihood (covariance divided by n) with a ridge on the covariance's
   * diagonal.
   *
   * @param ridge at least 0
   * @return null where the matrix is not positive definite
   */
  public Gaussian gaussian(double ridge) {
    requireComplete();
    NDManager scope = algebra.newScope();
    try {
      NDArray settings = scope.create(new double[] {rows, ridge}, new Shape(2));
      NDList parts = algebra.call(scope, "factor", outer, settings);
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
    requireComplete();
    return Eigen.of(algebra, outer, rows);
  }

  /** d. */
  public int dimension() {
    return d;
  }

  NDArray meanArray() {
    return mean;
  }

  private void requireComplete() {
    require(rows > 0 && rows == centred, "mean and covariance are of the same rows");
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(
          "%d rows in the mean, %d in the covariance: not so that %s"
              .formatted(rows, centred, what));
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
