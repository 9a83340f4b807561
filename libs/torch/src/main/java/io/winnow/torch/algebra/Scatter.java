package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Count, sum and outer products of rows less an origin, in float64: from them follow mean and
 * covariance, also of the rows less some of them. Holds d² numbers outside the heap.
 */
public final class Scatter implements AutoCloseable {
  private final Algebra algebra;
  private final double[] origin;
  private final NDManager owner;
  private final NDArray at;
  private final NDArray sum;
  private final NDArray outer;
  private long rows;

  Scatter(Algebra algebra, double[] origin) {
    int d = origin.length;
    this.algebra = algebra;
    this.origin = origin.clone();
    this.owner = algebra.newScope();
    this.at = owner.create(origin, new Shape(d));
    this.sum = owner.zeros(new Shape(d), DataType.FLOAT64);
    this.outer = owner.zeros(new Shape(d, d), DataType.FLOAT64);
  }

  void add(NDManager scope, NDArray block) {
    NDArray work = scope.create(new Shape(block.size()), DataType.FLOAT64);
    algebra.call(scope, "add_moments", block, work, at, sum, outer);
    rows += block.getShape().get(0);
  }

  public long rows() {
    return rows;
  }

  /** Takes away rows that were added, given by what they add up to about the same origin. */
  public void subtract(Scatter part) {
    sum.subi(part.sum);
    outer.subi(part.outer);
    rows -= part.rows;
  }

  /** Puts back what {@link #subtract} took. */
  public void add(Scatter part) {
    sum.addi(part.sum);
    outer.addi(part.outer);
    rows += part.rows;
  }

  /** The rows' mean less the origin, length d. */
  public double[] meanFromOrigin() {
    double[] mean = sum.toDoubleArray();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= rows;
    }
    return mean;
  }

  /** The trace of the covariance, n − 1. */
  public double trace() {
    try (NDManager scope = algebra.newScope()) {
      return algebra.pairs(scope, "trace", upper(scope)).head().getDouble();
    }
  }

  /** A root of the covariance, n − 1. */
  public CovarianceRoot root() {
    try (NDManager scope = algebra.newScope()) {
      return CovarianceRoot.of(algebra, upper(scope));
    }
  }

  /** d. */
  public int dimension() {
    return origin.length;
  }

  NDArray upper(NDManager scope) {
    NDArray count = scope.create(new double[] {rows}, new Shape(1));
    return algebra.pairs(scope, "covariance", outer, sum, count).head();
  }

  @Override
  public void close() {
    owner.close();
  }
}
