package io.winnow.selector;

import java.util.Arrays;

/**
 * Inner products of blocks of rows in float64, so laid out that memory is read in order: the second
 * block lies column after column, and four columns at a time are added to a row of products. Every
 * product is summed up in the order of its dimensions, whatever the blocks.
 */
final class ProductBlocks {
  // columns whose part of the second block (of 128 rows) stays in the processor's first cache
  private static final int TILE = 32;

  private ProductBlocks() {}

  /** Rows {@code from} to before {@code to}, row-major. */
  static void rows(Group group, int from, int to, double[] out) {
    int d = group.dimension();
    for (int i = 0; i < (to - from) * d; i++) {
      out[i] = group.features()[from * d + i];
    }
  }

  /** Rows {@code from} to before {@code to}, column after column: {@code out[j·width + i]}. */
  static void columns(Group group, int from, int to, int width, double[] out) {
    int d = group.dimension();
    for (int i = from; i < to; i++) {
      for (int j = 0; j < d; j++) {
        out[j * width + i - from] = group.features()[i * d + j];
      }
    }
  }

  /**
   * a·bᵀ.
   *
   * @param a rows×d, row-major
   * @param b d×width, row-major
   * @param out rows×width, overwritten
   */
  static void multiply(double[] a, int rows, double[] b, int width, int d, double[] out) {
    Arrays.fill(out, 0, rows * width, 0);
    for (int from = 0; from < d; from += TILE) {
      int to = Math.min(d, from + TILE);
      for (int i = 0; i < rows; i++) {
        int j = from;
        for (; j + 3 < to; j += 4) {
          addFour(a, i * d + j, b, j * width, width, out, i * width);
        }
        for (; j < to; j++) {
          addOne(a[i * d + j], b, j * width, width, out, i * width);
        }
      }
    }
  }

  private static void addFour(
      double[] a, int ofA, double[] b, int ofB, int width, double[] out, int at) {
    double a0 = a[ofA];
    double a1 = a[ofA + 1];
    double a2 = a[ofA + 2];
    double a3 = a[ofA + 3];
    int b1 = ofB + width;
    int b2 = b1 + width;
    int b3 = b2 + width;
    for (int j = 0; j < width; j++) {
      out[at + j] += a0 * b[ofB + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
    }
  }

  private static void addOne(double a, double[] b, int ofB, int width, double[] out, int at) {
    for (int j = 0; j < width; j++) {
      out[at + j] += a * b[ofB + j];
    }
  }
}
