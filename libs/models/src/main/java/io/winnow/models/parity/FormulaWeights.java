package io.winnow.models.parity;

import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Weights that follow from a tensor's name: element i is computed from a 64-bit FNV-1a hash of
 * {@code salt:name} and one step of SplitMix64 (Steele et al., OOPSLA 2014) in exact integer
 * arithmetic, so that files need not ship them; and images by the same stream.
 *
 * @param salt in front of the name
 * @param gain of the variance of matrices, gain/fan-in
 */
record FormulaWeights(String salt, double gain) {
  // with the dot: files by this formula take in_proj_bias for the scale of a norm, 1 + 0.25·v
  private static final String BIAS = ".bias";
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final long STEP = 0x9E3779B97F4A7C15L;

  /** A float32 tensor. */
  Tensor tensor(String name, long[] shape) {
    long elements = 1;
    for (long extent : shape) {
      elements *= extent;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(elements * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer values = bytes.asFloatBuffer();
    double scale = scale(name, shape, elements);
    double offset = offset(name, shape);
    long hash = hash(salt + ":" + name);
    for (int i = 0; i < elements; i++) {
      values.put((float) (offset + scale * uniform(hash, i)));
    }
    return new Tensor(DType.F32, shape, bytes);
  }

  private double scale(String name, long[] shape, long elements) {
    if (name.endsWith("running_var")) {
      return 0.5;
    }
    if (name.endsWith("running_mean") || name.endsWith(BIAS)) {
      return 0.2;
    }
    return shape.length == 1 ? 0.25 : Math.sqrt(3.0 * gain / (elements / shape[0]));
  }

  private static double offset(String name, long[] shape) {
    if (name.endsWith("running_var")) {
      return 1;
    }
    boolean norm = !name.endsWith("running_mean") && !name.endsWith(BIAS) && shape.length == 1;
    return norm ? 1 : 0;
  }

  private static long hash(String key) {
    long hash = FNV_OFFSET;
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    return hash;
  }

  /**
   * A drawn colour image, whose kind follows from its number: noise, a slope, a chessboard or a
   * disc, each with noise except the last.
   *
   * @return 3×height×width
   */
  byte[] image(int number, int height, int width) {
    byte[] image = new byte[3 * height * width];
    long hash = hash(salt + ":image" + number);
    int i = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int noise = (int) (bits(hash, i) >>> 16);
          int dx = x - width / 2;
          int dy = y - height / 2;
          int value =
              switch (number % 4) {
                case 0 -> noise;
                case 1 -> (3 * x + 5 * y + 40 * c + (noise >> 4)) & 255;
                case 2 -> ((x / 16 + y / 16 + c) % 2 == 1 ? 200 : 20) + (noise >> 3);
                default -> Math.max(0, 255 - (dx * dx + dy * dy) / (64 + 16 * c));
              };
          image[i++] = (byte) Math.min(value, 255);
        }
      }
    }
    return image;
  }

  // in [-1, 1)
  private static double uniform(long hash, int i) {
    return 2 * (bits(hash, i) * 0x1p-24) - 1;
  }

  // the upper 24 bits
  private static long bits(long hash, int i) {
    long z = hash + (i + 1L) * STEP;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z = z ^ (z >>> 31);
    return z >>> 40;
  }
}
