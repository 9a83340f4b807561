package io.winnow.torch.algebra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Rows on the engine that are measured against the rows of another set, or against each other,
 * block by block: never n×m numbers at a time. Holds n×d float32 outside the heap; all is computed
 * in float64. For one thread.
 *
 * <p>Squared distances are ‖a‖² + ‖b‖² − 2a·b, one product of matrices, unless said otherwise;
 * those of {@link #inside} and {@link #nearestOfGroups} less 1e-12 of the norms, so that a row on a
 * ball's edge is inside however the product rounds.
 */
public final class RowSet implements AutoCloseable {
  private static final int ROWS = 512;
  // beyond every position: no row of the other set is this row
  private static final long STRANGERS = 1L << 40;

  private final Algebra algebra;
  private final NDManager owner;
  private final NDArray all;
  private final NDArray norms;

  /**
   * Distances of each row to its nearest others.
   *
   * @param k neighbours a row
   * @param squares squared distances, n×k, ascending in each row
   * @param index positions of the neighbours, n×k
   */
  public record Nearest(int k, double[] squares, int[] index) {}

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
   * The k nearest rows of another set. Found by the product, then measured by the difference
   * itself, which is exact for rows that are nearly equal.
   *
   * @param others may be this set: then a row is not its own neighbour
   * @param k at least 1; fewer are found where there are fewer others
   * @param alive called now and then
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
   * In how many closed balls about the rows of another set each row lies.
   *
   * @param radii squared, for each row of the other; several times, for as many answers; negative
   *     for no ball
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
  public Scatter scatter(double[] origin, int first, int step) {
    Scatter scatter = new Scatter(algebra, origin);
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
    return Neighbours.width(dimension());
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
