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
 * arithmetic, so that files need not ship them.
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

  // in [-1, 1)
  private static double uniform(long hash, int i) {
    long z = hash + (i + 1L) * STEP;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z = z ^ (z >>> 31);
    return 2 * ((z >>> 40) * 0x1p-24) - 1;
  }
}
