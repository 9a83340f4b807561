package io.winnow.torch.algebra;

/**
 * Some consecutive rows in an array.
 *
 * @param values row-major
 * @param first position of the first row, counted in rows
 * @param count rows, at least 1
 * @param dimension d, numbers a row
 */
public record Rows(float[] values, int first, int count, int dimension) {
  // numbers a block: a few of them in float64 are what a call needs beside its result
  private static final int BLOCK = 1 << 21;
  private static final int MOST = 8192;

  public Rows {
    if (first < 0 || count < 1 || (first + (long) count) * dimension > values.length) {
      throw new IllegalArgumentException(
          "rows %d to %d of %d numbers are not among %d numbers"
              .formatted(first, first + (long) count, dimension, values.length));
    }
  }

  /** All rows of an array, at least one. */
  public static Rows of(float[] values, int dimension) {
    return new Rows(values, 0, values.length / dimension, dimension);
  }

  /**
   * Rows of a block. Sums run block after block, so that rows in equal order and blocks give equal
   * bits however they came: this depends on d alone.
   */
  public static int block(int dimension) {
    return Math.max(1, Math.min(MOST, BLOCK / dimension));
  }

  /** Bytes that a call over a block of n rows takes outside the heap, at most. */
  static long blockBytes(int n, int dimension) {
    long numbers = (long) Math.min(n, block(dimension)) * dimension;
    return numbers * (Float.BYTES + 4L * Double.BYTES);
  }
}
