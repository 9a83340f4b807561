package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Accumulates count, sum and outer products of rows relative to an origin, in float64. Mean and
 * covariance follow from them, also after a part of the rows is subtracted. Holds d² numbers
 * outside the heap. For one thread.
 */
public final class CovarianceAccumulator implements AutoCloseable {
  private final Algebra algebra;
  private final NDManager owner;
  private final NDArray origin;
  private final NDArray sum;
  private final NDArray outer;
  private final Work work;
  private long rows;

  CovarianceAccumulator(Algebra algebra, double[] origin) {
    this(algebra, algebra.newScope(), origin);
  }

  private CovarianceAccumulator(Algebra algebra, NDManager owner, double[] origin) {
    this(algebra, owner, owner.create(origin, new Shape(origin.length)));
  }

  /**
   * @param owner closed with this
   * @param origin near the rows, length d, so that sums lose no digits to a distant mean
   */
  CovarianceAccumulator(Algebra algebra, NDManager owner, NDArray origin) {
    long d = origin.size();
    this.algebra = algebra;
    this.owner = owner;
    this.origin = origin;
    this.sum = owner.zeros(new Shape(d), DataType.FLOAT64);
    this.work = new Work(owner);
    this.outer = owner.zeros(new Shape(d, d), DataType.FLOAT64);
  }

  /**
   * @param block float32, rows×d
   */
  void add(NDManager scope, NDArray block) {
    algebra.call(scope, "add_moments", block, work.of(block), origin, sum, outer);
    rows += block.getShape().get(0);
  }

  public long rows() {
    return rows;
  }

  /** Subtracts rows that were added, accumulated separately relative to the same origin. */
  public void subtract(CovarianceAccumulator part) {
    sum.subi(part.sum);
    outer.subi(part.outer);
    rows -= part.rows;
  }

  /** Reverts {@link #subtract}. */
  public void add(CovarianceAccumulator part) {
    sum.addi(part.sum);
    outer.addi(part.outer);
    rows += part.rows;
  }

  /** The mean of the rows relative to the origin, length d. */
  public double[] meanFromOrigin() {
    double[] mean = sum.toDoubleArray();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= rows;
    }
    return mean;
  }

  /** The trace of the covariance, with divisor n − 1. */
  public double trace() {
    try (NDManager scope = algebra.newScope()) {
      return algebra.pairs(scope, "trace", upper(scope)).head().getDouble();
    }
  }

  /** A root of the covariance with divisor n − 1. */
  public CovarianceRoot root() {
    try (NDManager scope = algebra.newScope()) {
      return CovarianceRoot.of(algebra, upper(scope));
    }
  }

  /** d. */
  public int dimension() {
    return (int) origin.size();
  }

  /** The upper triangle of the covariance with divisor n − 1. */
  NDArray upper(NDManager scope) {
    NDArray count = scope.create(new double[] {rows}, new Shape(1));
    return algebra.pairs(scope, "covariance", outer, sum, count).head();
  }

  /**
   * Moves the outer products from the origin to the mean, in place; to be called once, after the
   * last row.
   *
   * @return the mean, length d
   */
  NDArray centre(NDManager scope) {
    NDArray count = scope.create(new double[] {rows}, new Shape(1));
    return algebra.call(scope, "centre", origin, sum, outer, count).head();
  }

  /** Sum of the outer products; the upper triangle is valid. */
  NDArray outer() {
    return outer;
  }

  @Override
  public void close() {
    owner.close();
  }
}
