package io.winnow.datasets.source.image;

import io.winnow.datasets.source.image.Resampling.Kernel;
import io.winnow.datasets.source.image.Resampling.Taps;

/**
 * The centre crop of ADM (guided-diffusion, {@code center_crop_arr}), by which DiT and MDT prepare
 * ImageNet: both sides are halved by a box filter while the shorter one is at least twice the size,
 * the shorter side is brought to the size by cubic convolution, and the middle is kept.
 *
 * <p>Computes as Pillow does: rows before columns, 8 bits after each step, weights in fixed point
 * of 22 bits. Weights may differ from Pillow's in their last bit, and pixels by 1.
 */
final class AdmCrop {
  private static final int PRECISION = 22;
  private static final int HALF = 1 << PRECISION - 1;

  private AdmCrop() {}

  /**
   * Crops one channel.
   *
   * @param plane height×width uint8
   * @param target receives size×size uint8 from {@code offset} on
   */
  static void apply(byte[] plane, int width, int height, int size, byte[] target, int offset) {
    byte[] pixels = plane;
    int w = width;
    int h = height;
    while (Math.min(w, h) >= 2 * size) {
      pixels = resized(pixels, w, h, w / 2, h / 2, Kernel.BOX);
      w /= 2;
      h /= 2;
    }
    double scale = (double) size / Math.min(w, h);
    // rounds a half to the even number, as Python does
    int wide = (int) Math.rint(w * scale);
    int tall = (int) Math.rint(h * scale);
    pixels = resized(pixels, w, h, wide, tall, Kernel.CUBIC);
    int left = (wide - size) / 2;
    int top = (tall - size) / 2;
    for (int y = 0; y < size; y++) {
      System.arraycopy(pixels, (top + y) * wide + left, target, offset + y * size, size);
    }
  }

  private static byte[] resized(byte[] plane, int w, int h, int wide, int tall, Kernel kernel) {
    byte[] rows = wide == w ? plane : alongRows(plane, w, h, Taps.of(kernel, w, wide, 0, wide));
    return tall == h ? rows : alongColumns(rows, wide, Taps.of(kernel, h, tall, 0, tall));
  }

  private static byte[] alongRows(byte[] plane, int width, int height, Taps taps) {
    int columns = taps.first().length;
    byte[] out = new byte[height * columns];
    for (int x = 0; x < columns; x++) {
      int[] weights = fixed(taps.weights()[x]);
      for (int y = 0; y < height; y++) {
        int at = y * width + taps.first()[x];
        int sum = HALF;
        for (int j = 0; j < weights.length; j++) {
          sum += weights[j] * (plane[at + j] & 0xFF);
        }
        out[y * columns + x] = clipped(sum);
      }
    }
    return out;
  }

  private static byte[] alongColumns(byte[] plane, int width, Taps taps) {
    int rows = taps.first().length;
    byte[] out = new byte[rows * width];
    for (int y = 0; y < rows; y++) {
      int[] weights = fixed(taps.weights()[y]);
      for (int x = 0; x < width; x++) {
        int at = taps.first()[y] * width + x;
        int sum = HALF;
        for (int j = 0; j < weights.length; j++) {
          sum += weights[j] * (plane[at + j * width] & 0xFF);
        }
        out[y * width + x] = clipped(sum);
      }
    }
    return out;
  }

  private static int[] fixed(double[] weights) {
    int[] fixed = new int[weights.length];
    for (int j = 0; j < fixed.length; j++) {
      // halves away from zero; Math.round takes them upwards
      double scaled = weights[j] * (1 << PRECISION);
      fixed[j] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    return fixed;
  }

  private static byte clipped(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
  }
}
