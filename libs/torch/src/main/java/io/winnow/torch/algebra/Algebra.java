package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.Workers;

/**
 * Linear algebra over rows of features on the engine: float32 rows go in, block by block, all is
 * computed in float64, and small results come out. One machine with one setting of the engine gives
 * the same bits each time; another number of threads may round differently. Safe for several
 * threads; what it makes is for one thread each.
 */
public final class Algebra {
  private static final int MEDIAN_NUMBERS = 1 << 21;

  private final Torch torch;
  private final ScriptModule kernel;
  private final ScriptModule pairs;
  private final ThreadLocal<Staging> rows = ThreadLocal.withInitial(Staging::new);

  public Algebra(Torch torch) {
    this.torch = torch;
    this.kernel = torch.kernel(AlgebraKernel.source());
    this.pairs = torch.kernel(PairsKernel.source());
  }

  /** See {@link Torch#sideBySide}. */
  public int sideBySide() {
    return torch.sideBySide();
  }

  /** Threads that call the engine in parallel, see {@link Workers}. */
  public Workers workers(int parts, int count) {
    return new Workers(torch, parts, count);
  }

  /** Mean and covariance of rows of d numbers, to be added. */
  public CentredMoments moments(int d) {
    return new CentredMoments(this, d);
  }

  /** Room for n rows of d numbers, to be put. */
  public RowSet rows(int n, int d) {
    return new RowSet(this, n, d);
  }

  /**
   * Bytes outside the heap that mean, covariance, its factor and a density of n rows of d features
   * take at most while they are worked out.
   */
  public static long densityBytes(int n, int d) {
    long rows = Math.min(n, Rows.block(d));
    long strips = 2L * Math.min(d, AlgebraKernel.STRIP) * (rows + d) * Double.BYTES;
    return 2L * d * d * Double.BYTES + rows * d * 2 * (Float.BYTES + Double.BYTES) + strips;
  }

  /** The same with all eigenvectors of the covariance. */
  public static long eigenBytes(int n, int d) {
    return 9L * d * d * Double.BYTES + Rows.blockBytes(n, d);
  }

  /** Columns of n rows whose {@link #medians} are found in one call, at least 1. */
  public static int medianColumns(int n) {
    return Math.max(1, MEDIAN_NUMBERS / Math.max(1, n));
  }

  /** Bytes that {@link #medians}, of that many columns at a time, and {@link #distances} take. */
  public static long medianBytes(int n, int d) {
    long numbers = (long) n * Math.min(d, medianColumns(n));
    return numbers * (3L * Float.BYTES + 2L * Long.BYTES) + Rows.blockBytes(n, d);
  }

  /**
   * The median of each column; of an even count, the middle two's mean.
   *
   * @param all finite
   */
  public double[] medians(Rows all) {
    try (NDManager scope = torch.newScope()) {
      return call(scope, "medians", upload(scope, all)).head().toDoubleArray();
    }
  }

  /**
   * ‖z − p‖ of each row z.
   *
   * @param p length d
   */
  public double[] distances(Rows block, double[] p) {
    try (NDManager scope = torch.newScope()) {
      NDArray point = scope.create(p, new Shape(p.length));
      return call(scope, "distances", upload(scope, block), point).head().toDoubleArray();
    }
  }

  NDManager newScope() {
    return torch.newScope();
  }

  /** Valid until this thread's next upload. */
  NDArray upload(NDManager scope, Rows block) {
    return rows.get()
        .ofFloats(
            scope,
            block.values(),
            block.first() * block.dimension(),
            new Shape(block.count(), block.dimension()));
  }

  NDList call(NDManager scope, String method, NDArray... arguments) {
    return kernel.call(scope, method, Gradients.NONE, arguments);
  }

  NDList pairs(NDManager scope, String method, NDArray... arguments) {
    return pairs.call(scope, method, Gradients.NONE, arguments);
  }
}
