package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.LongStream;

/**
 * A matrix of rows on the engine whose distances to the rows of another set, or to each other, are
 * computed block by block, never n×m numbers at a time. Holds n×d float32 outside the heap;
 * computes in float64. For one thread.
 *
 * <p>Squared distances are ‖a‖² + ‖b‖² − 2a·b, one product of matrices, unless said otherwise;
 * those of {@link #inside} and {@link #nearestOfGroups} are reduced by 1e-12 of the norms, so that
 * a row on the edge of a ball counts as inside regardless of rounding.
 */
public final class RowSet implements AutoCloseable {
  private static final int ROWS = 512;
  private static final int NUMBERS = 1 << 22;
  // beyond every position, so that no row of another set is taken for the row itself
  private static final long STRANGERS = 1L << 40;

  private final Algebra algebra;
  private final NDManager owner;
  private final NDArray all;
  private final NDArray norms;

  /**
   * The nearest neighbours of each row.
   *
   * @param k neighbours per row
   * @param squares squared distances, n×k, ascending in each row
   * @param index positions of the neighbours, n×k
   */
  public record Nearest(int k, double[] squares, int[] index) {
    /** The squared distance of a row to its k-th neighbour; 0 if it has none. */
    public double farthest(int row) {
      return k == 0 ? 0 : squares[row * k + k - 1];
    }
  }

  RowSet(Algebra algebra, int n, int d) {
    this.algebra = algebra;
    this.owner = algebra.newScope();
    this.all = owner.zeros(new Shape(n, d), DataType.FLOAT32);
    this.norms = owner.zeros(new Shape(n), DataType.FLOAT64);
  }

  private RowSet(Algebra algebra, NDManager owner, NDArray all, NDArray norms) {
    this.algebra = algebra;
    this.owner = owner;
    this.all = all;
    this.norms = norms;
  }

  /** Bytes outside the heap that n rows, and a search for their {@link #nearest}, take. */
  public static long nearestBytes(int n, int d) {
    long rows = Math.min(n, ROWS);
    long others = Math.min(n, width(d));
    return n * (d * (long) Float.BYTES + Double.BYTES)
        + (3 * rows * d + others * d + 3 * rows * others) * Double.BYTES;
  }

  /** n. */
  public int rows() {
    return (int) all.getShape().get(0);
  }

  /** d. */
  public int dimension() {
    return (int) all.getShape().get(1);
  }

  /**
   * Puts rows.
   *
   * @param positions where each goes, in [0, n)
   */
  public void put(Rows block, long[] positions) {
    try (NDManager scope = algebra.newScope()) {
      NDArray at = scope.create(positions, new Shape(positions.length));
      NDArray part = algebra.upload(scope, block);
      algebra.pairs(scope, "put_at", part, all, at);
      NDArray square = algebra.pairs(scope, "norms", part).head();
      algebra.pairs(scope, "put_at", square, norms, at);
    }
  }

  /**
   * Puts rows of an array at the positions from {@code first} on.
   *
   * @param values row-major, any number of rows
   */
  public void put(float[] values, int first) {
    int d = dimension();
    int rows = values.length / d;
    for (int at = 0; at < rows; at += Rows.block(d)) {
      int count = Math.min(Rows.block(d), rows - at);
      long start = first + at;
      put(new Rows(values, at, count, d), LongStream.range(start, start + count).toArray());
    }
  }

  /** Rows first … end − 1, shared with this set, which must not be closed before. */
  public RowSet range(int first, int end) {
    NDManager scope = algebra.newScope();
    NDArray settings = settings(scope, first, end, 1);
    return new RowSet(
        algebra,
        scope,
        algebra.pairs(scope, "range_of", all, settings).head(),
        algebra.pairs(scope, "range_of", norms, settings).head());
  }

  /** ‖x‖² of each row. */
  public double[] squaredNorms() {
    return norms.toDoubleArray();
  }

  /** The mean of the first rows: an origin that lies among the rows, length d. */
  public double[] origin() {
    try (NDManager scope = algebra.newScope()) {
      return algebra.call(scope, "mean", block(scope, 0, rows(), 1)).head().toDoubleArray();
    }
  }

  /**
   * The k nearest rows of another set. Candidates are found by the matrix product; their distances
   * are then computed from the differences, which is exact for nearly equal rows.
   *
   * @param others may be this set; a row is not its own neighbour then
   * @param k at least 1; fewer are found if there are fewer others
   * @param alive called from time to time
   */
  public Nearest nearest(RowSet others, int k, Runnable alive) {
    int few = Math.min(k, others.rows() - (others == this ? 1 : 0));
    double[] squares = new double[Math.multiplyExact(rows(), few)];
    int[] index = new int[squares.length];
    for (int first = 0; first < rows() && few > 0; first += ROWS) {
      int end = Math.min(rows(), first + ROWS);
      try (NDManager scope = algebra.newScope()) {
        NDArray settings =
            settings(scope, first, end, width(), few, others == this ? 0 : STRANGERS);
        NDList found =
            algebra.pairs(scope, "nearest", all, norms, others.all, others.norms, settings);
        System.arraycopy(
            found.get(0).toDoubleArray(), 0, squares, first * few, (end - first) * few);
        long[] which = found.get(1).toLongArray();
        for (int i = 0; i < which.length; i++) {
          index[first * few + i] = (int) which[i];
        }
      }
      alive.run();
    }
    sort(squares, index, few);
    return new Nearest(few, squares, index);
  }

  // few numbers a row: by insertion, equal ones by position
  private static void sort(double[] squares, int[] index, int k) {
    for (int row = 0; row < squares.length; row += Math.max(1, k)) {
      for (int i = row + 1; i < row + k; i++) {
        double square = squares[i];
        int which = index[i];
        int at = i;
        while (at > row
            && (squares[at - 1] > square || (squares[at - 1] == square && index[at - 1] > which))) {
          squares[at] = squares[at - 1];
          index[at] = index[at - 1];
          at--;
        }
        squares[at] = square;
        index[at] = which;
      }
    }
  }

  /**
   * The squared distance of each row to the nearest of some rows of another set.
   *
   * @param groups the rows at positions that leave the same remainder are a group
   * @return groups × n; infinite for a group without rows
   */
  public double[][] nearestOfGroups(RowSet others, int groups, Runnable alive) {
    double[][] out = new double[groups][rows()];
    blocks(
        alive,
        out,
        (scope, settings) ->
            algebra.pairs(
                scope, "nearest_of_groups", all, norms, others.all, others.norms, settings),
        groups);
    return out;
  }

  /**
   * Counts, for each row, the closed balls around the rows of another set that contain it.
   *
   * @param radii squared radii, one per row of the other set and answer; negative for no ball
   * @return answers × n
   */
  public long[][] inside(RowSet others, double[][] radii, Runnable alive) {
    double[][] out = new double[radii.length][rows()];
    try (NDManager scope = algebra.newScope()) {
      NDArray balls = scope.create(flat(radii), new Shape(radii.length, others.rows()));
      blocks(
          alive,
          out,
          (inner, settings) ->
              algebra.pairs(inner, "inside", all, norms, others.all, others.norms, balls, settings),
          0);
    }
    long[][] counts = new long[radii.length][rows()];
    for (int c = 0; c < counts.length; c++) {
      for (int i = 0; i < counts[c].length; i++) {
        counts[c][i] = (long) out[c][i];
      }
    }
    return counts;
  }

  /**
   * Σ (xᵀy/d + 1)³ of each row x over rows y of another set, itself included where it is this one.
   *
   * @param groups as in {@link #nearestOfGroups}
   * @return groups × n
   */
  public double[][] kernelSums(RowSet others, int groups, Runnable alive) {
    double[][] out = new double[groups][rows()];
    blocks(
        alive,
        out,
        (scope, settings) -> algebra.pairs(scope, "kernel_sums", all, others.all, settings),
        groups);
    return out;
  }

  /** Sum and outer products of every step-th row from {@code first} on. */
  public CovarianceAccumulator scatter(double[] origin, int first, int step) {
    CovarianceAccumulator scatter = new CovarianceAccumulator(algebra, origin);
    try {
      for (int at = first; at < rows(); at += step * Rows.block(dimension())) {
        try (NDManager scope = algebra.newScope()) {
          scatter.add(scope, block(scope, at, rows(), step));
        }
      }
      return scatter;
    } catch (RuntimeException e) {
      scatter.close();
      throw e;
    }
  }

  private interface Call {
    NDList of(NDManager scope, NDArray settings);
  }

  // answers × rows of a block at a time; the first settings are first, end and width
  private void blocks(Runnable alive, double[][] out, Call call, int last) {
    for (int first = 0; first < rows(); first += ROWS) {
      int end = Math.min(rows(), first + ROWS);
      try (NDManager scope = algebra.newScope()) {
        NDArray part = call.of(scope, settings(scope, first, end, width(), last)).head();
        double[] values =
            part.getDataType() == DataType.FLOAT64
                ? part.toDoubleArray()
                : part.toType(DataType.FLOAT64, false).toDoubleArray();
        for (int c = 0; c < out.length; c++) {
          System.arraycopy(values, c * (end - first), out[c], first, end - first);
        }
      }
      alive.run();
    }
  }

  private NDArray block(NDManager scope, int first, int end, int step) {
    long last = Math.min(end, first + (long) step * Rows.block(dimension()));
    return algebra.pairs(scope, "range_of", all, settings(scope, first, last, step)).head();
  }

  // columns a product, so that as many rows in float64 stay small
  private int width() {
    return width(dimension());
  }

  private static int width(int d) {
    return Math.max(256, Math.min(4096, NUMBERS / d));
  }

  private static NDArray settings(NDManager scope, long... values) {
    return scope.create(values, new Shape(values.length));
  }

  private static double[] flat(double[][] rows) {
    double[] flat = new double[Math.multiplyExact(rows.length, rows[0].length)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  @Override
  public void close() {
    owner.close();
  }
}
