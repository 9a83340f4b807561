package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Mean and covariance of rows in float64, from one pass over them. Sums are taken of rows less an
 * origin, the mean of the first block, so that nothing is lost to a mean far from 0. Holds d²
 * numbers outside the heap.
 */
public final class CentredMoments implements AutoCloseable {
  private final Algebra algebra;
  private final int d;
  private final NDManager owner;
  private final NDArray sum;
  private final NDArray outer;
  private final Work work;
  private NDArray origin;
  private NDArray mean;
  private long rows;

  CentredMoments(Algebra algebra, int d) {
    this.algebra = algebra;
    this.d = d;
    this.owner = algebra.newScope();
    this.sum = owner.zeros(new Shape(d), DataType.FLOAT64);
    this.work = new Work(owner);
    this.outer = owner.zeros(new Shape(d, d), DataType.FLOAT64);
  }

  /**
   * @throws IllegalStateException mean or covariance were asked for already
   */
  public void add(Rows block) {
    if (mean != null) {
      throw new IllegalStateException("the moments of " + rows + " rows are complete");
    }
    try (NDManager scope = algebra.newScope()) {
      NDArray uploaded = algebra.upload(scope, block);
      if (origin == null) {
        origin = kept(algebra.call(scope, "mean", uploaded));
      }
      algebra.call(scope, "add_moments", uploaded, work.of(uploaded), origin, sum, outer);
    }
    rows += block.count();
  }

  /**
   * The Gaussian of maximum likelihood (covariance divided by n) with a ridge on the covariance's
   * diagonal.
   *
   * @param ridge at least 0
   * @return null where the matrix is not positive definite
   */
  public Gaussian gaussian(double ridge) {
    complete();
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
    complete();
    return Eigen.of(algebra, outer, rows);
  }

  /** d. */
  public int dimension() {
    return d;
  }

  NDArray meanArray() {
    complete();
    return mean;
  }

  private void complete() {
    if (rows == 0) {
      throw new IllegalStateException("no rows were added");
    }
    if (mean == null) {
      try (NDManager scope = algebra.newScope()) {
        NDArray count = scope.create(new double[] {rows}, new Shape(1));
        mean = kept(algebra.call(scope, "centre", origin, sum, outer, count));
      }
    }
  }

  private NDArray kept(NDList result) {
    NDArray array = result.head();
    array.attach(owner);
    return array;
  }

  @Override
  public void close() {
    owner.close();
  }
}
