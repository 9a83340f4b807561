package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Distances of rows to their nearest others, block by block, never n×n at a time. Candidates are
 * found by ‖a − b‖² = ‖a‖² + ‖b‖² − 2a·b; those found are then measured by the difference itself,
 * which is exact for rows that are nearly equal. Holds the n rows in float32 outside the heap.
 */
public final class Neighbours implements AutoCloseable {
  private static final int ROWS = 512;
  private static final int NUMBERS = 1 << 22;

  private final Algebra algebra;
  private final NDManager owner;
  private final NDArray all;
  private final NDArray norms;
  private int put;

  Neighbours(Algebra algebra, int n, int d) {
    this.algebra = algebra;
    this.owner = algebra.newScope();
    this.all = owner.zeros(new Shape(n, d), DataType.FLOAT32);
    this.norms = owner.zeros(new Shape(n), DataType.FLOAT64);
  }

  /** Bytes outside the heap that n rows and the search take. */
  public static long bytes(int n, int d) {
    long rows = Math.min(n, ROWS);
    long others = Math.min(n, width(d));
    return n * (d * (long) Float.BYTES + Double.BYTES)
        + (3 * rows * d + others * d + 3 * rows * others) * Double.BYTES;
  }

  /** Puts the next rows of the n. */
  public void put(Rows block) {
    try (NDManager scope = algebra.newScope()) {
      NDArray first = scope.create(new long[] {put}, new Shape(1));
      NDArray part = algebra.upload(scope, block);
      algebra.call(scope, "put", part, all, first);
      NDArray square = algebra.call(scope, "norms", part).head();
      algebra.call(scope, "put", square, norms, first);
    }
    put += block.count();
  }

  /**
   * The distance of each row to its k-th nearest other row; to the farthest where there are fewer
   * others, and 0 where there is none.
   *
   * @param k at least 1
   * @param alive called now and then
   */
  public double[] kth(int k, Runnable alive) {
    int n = (int) all.getShape().get(0);
    int d = (int) all.getShape().get(1);
    int few = Math.min(k, n - 1);
    double[] out = new double[n];
    for (int first = 0; first < n && few > 0; first += ROWS) {
      int end = Math.min(n, first + ROWS);
      try (NDManager scope = algebra.newScope()) {
        NDArray settings = scope.create(new long[] {first, end, few, width(d)}, new Shape(4));
        double[] squares =
            algebra.call(scope, "neighbours", all, norms, settings).head().toDoubleArray();
        for (int i = 0; i < end - first; i++) {
          double farthest = 0;
          for (int j = 0; j < few; j++) {
            farthest = Math.max(farthest, squares[i * few + j]);
          }
          out[first + i] = Math.sqrt(farthest);
        }
      }
      alive.run();
    }
    return out;
  }

  // columns a product, so that as many rows in float64 stay small
  static int width(int d) {
    return Math.max(256, Math.min(4096, NUMBERS / d));
  }

  @Override
  public void close() {
    owner.close();
  }
}
