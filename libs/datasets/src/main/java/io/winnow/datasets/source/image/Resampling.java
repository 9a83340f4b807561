package io.winnow.datasets.source.image;

/**
 * Resizes a uint8 plane, by default by cubic convolution (Keys, 1981, a = −½), along rows, then
 * along columns. When it shrinks, the kernel is widened by the ratio, so that every source pixel
 * counts and nothing aliases. The order of the arithmetic is fixed: the result has the same bits on
 * every machine.
 */
final class Resampling {
  private static final double A = -0.5;

  private Resampling() {}

  /** A filter, by the distance from its centre in pixels of the coarser grid. */
  enum Kernel {
    /** Cubic convolution. */
    CUBIC(2),
    /** The mean of the pixels that an output pixel covers. */
    BOX(0.5);

    private final double reach;

    Kernel(double reach) {
      this.reach = reach;
    }

    private double at(double x) {
      return this == CUBIC ? cubic(x) : x > -reach && x <= reach ? 1 : 0;
    }
  }

  /**
   * The window of output positions {@code from} … {@code from + count − 1} of a line of {@code in}
   * pixels resized to {@code out}.
   *
   * @param first for each output position, the source pixel of its first weight
   * @param weights for each output position, of the source pixels from {@code first} on; their sum
   *     is 1
   */
  record Taps(int[] first, double[][] weights) {

    static Taps of(int in, int out, int from, int count) {
      return of(Kernel.CUBIC, in, out, from, count);
    }

    static Taps of(Kernel kernel, int in, int out, int from, int count) {
      double scale = (double) in / out;
      double stretch = Math.max(scale, 1);
      int[] first = new int[count];
      double[][] weights = new double[count][];
      for (int i = 0; i < count; i++) {
        double centre = (from + i + 0.5) * scale;
        int low = (int) Math.max(0, Math.floor(centre - kernel.reach * stretch + 0.5));
        int high = (int) Math.min(in, Math.floor(centre + kernel.reach * stretch + 0.5));
        first[i] = low;
        weights[i] = new double[high - low];
        double sum = 0;
        for (int j = 0; j < weights[i].length; j++) {
          weights[i][j] = kernel.at((low + j + 0.5 - centre) / stretch);
          sum += weights[i][j];
        }
        for (int j = 0; j < weights[i].length; j++) {
          weights[i][j] /= sum;
        }
      }
      return new Taps(first, weights);
    }
  }

  private static double cubic(double x) {
    double d = Math.abs(x);
    if (d < 1) {
      return ((A + 2) * d - (A + 3)) * d * d + 1;
    }
    return d < Kernel.CUBIC.reach ? (((d - 5) * d + 8) * d - 4) * A : 0;
  }

  /**
   * Resizes a plane.
   *
   * @param plane uint8, rows of {@code width} pixels, at least as many as {@code down} reads
   * @param across taps of the columns
   * @param down taps of the rows
   * @param target receives uint8 values, row by row, from {@code offset} on
   */
  static void apply(byte[] plane, int width, Taps across, Taps down, byte[] target, int offset) {
    int columns = across.first().length;
    int rows = down.first().length;
    int height = plane.length / width;
    // float: not rounded to 8 bits between the two directions
    float[] narrowed = new float[height * columns];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < columns; x++) {
        double[] w = across.weights()[x];
        int at = y * width + across.first()[x];
        double sum = 0;
        for (int j = 0; j < w.length; j++) {
          sum += w[j] * (plane[at + j] & 0xFF);
        }
        narrowed[y * columns + x] = (float) sum;
      }
    }
    for (int y = 0; y < rows; y++) {
      double[] w = down.weights()[y];
      for (int x = 0; x < columns; x++) {
        int at = down.first()[y] * columns + x;
        double sum = 0;
        for (int j = 0; j < w.length; j++) {
          sum += w[j] * narrowed[at + j * columns];
        }
        target[offset + y * columns + x] = (byte) Math.round(Math.max(0, Math.min(255, sum)));
      }
    }
  }
}
