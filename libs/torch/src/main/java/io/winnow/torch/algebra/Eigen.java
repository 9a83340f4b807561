package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/** Eigenvalues and eigenvectors of a symmetric matrix; the vectors lie outside the heap. */
public final class Eigen implements AutoCloseable {
  private final NDManager owner;
  private final double[] values;
  private final NDArray vectors;

  private Eigen(NDManager owner, double[] ascending, NDArray vectors) {
    this.owner = owner;
    this.vectors = vectors;
    this.values = new double[ascending.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = ascending[values.length - 1 - i];
    }
  }

  /**
   * Of a matrix in the heap.
   *
   * @param symmetric d×d, row-major, finite; the upper triangle is read
   */
  public static Eigen of(Algebra algebra, double[] symmetric, int d) {
    try (NDManager scope = algebra.newScope()) {
      return of(algebra, scope.create(symmetric, new Shape(d, d)), 1);
    }
  }

  static Eigen of(Algebra algebra, NDArray upper, double divisor) {
    NDManager scope = algebra.newScope();
    try {
      NDArray by = scope.create(new double[] {divisor}, new Shape(1));
      NDList parts = algebra.call(scope, "eigen", upper, by);
      return new Eigen(scope, parts.get(0).toDoubleArray(), parts.get(1));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Eigenvalues, the largest first; length d. */
  public double[] values() {
    return values.clone();
  }

  /**
   * An eigenvector of unit length.
   *
   * @param i which eigenvalue's, 0 for the largest
   */
  public double[] vector(int i) {
    return vectors.get(values.length - 1L - i).toDoubleArray();
  }

  /** Those of the q largest eigenvalues, in the order of ascending ones, q×d. */
  NDArray last(int q) {
    return q == 0
        ? owner.zeros(new Shape(0, values.length), vectors.getDataType())
        : vectors.get(new NDIndex(values.length - q + ":"));
  }

  @Override
  public void close() {
    owner.close();
  }
}
