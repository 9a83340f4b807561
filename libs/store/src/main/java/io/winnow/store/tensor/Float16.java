package io.winnow.store.tensor;

import java.nio.ShortBuffer;

/** The 16-bit floating-point numbers of IEEE 754: 1 sign bit, 5 exponent bits, 10 fraction bits. */
final class Float16 {
  private static final int INFINITY = 0x7C00;
  private static final int QUIET = 0x0200;
  // the smallest float32 that rounds to infinity, and the smallest normal float16
  private static final float OVERFLOW = 65_520f;
  private static final float NORMAL = 0x1p-14f;
  private static final float SUBNORMAL_STEP = 0x1p-24f;
  private static final int PART = 1 << 12;
  // all values: 256 KiB, which fit in the second-level cache
  private static final float[] VALUES = values();

  private Float16() {}

  /** Rounds to nearest, ties to even. */
  static short of(float x) {
    int sign = (Float.floatToRawIntBits(x) >>> 16) & 0x8000;
    float size = Math.abs(x);
    if (Float.isNaN(x)) {
      return (short) (sign | INFINITY | QUIET);
    }
    if (size >= OVERFLOW) {
      return (short) (sign | INFINITY);
    }
    if (size < NORMAL) {
      // a multiple of the smallest step; a carry makes the smallest normal number
      return (short) (sign | (int) Math.rint(size / SUBNORMAL_STEP));
    }
    int bits = Float.floatToRawIntBits(size);
    // half a unit in the last place kept, minus one if that place is even
    int rounded = bits + 0x0FFF + ((bits >>> 13) & 1);
    return (short) (sign | ((rounded >>> 13) - ((127 - 15) << 10)));
  }

  /**
   * @param out as long as there are halves
   */
  static void floats(ShortBuffer halves, float[] out) {
    short[] some = new short[Math.min(PART, out.length)];
    for (int from = 0; from < out.length; from += PART) {
      int count = Math.min(PART, out.length - from);
      halves.get(some, 0, count);
      for (int i = 0; i < count; i++) {
        out[from + i] = VALUES[some[i] & 0xFFFF];
      }
    }
  }

  private static float[] values() {
    float[] values = new float[1 << 16];
    for (int bits = 0; bits < values.length; bits++) {
      int exponent = (bits >>> 10) & 0x1F;
      int fraction = bits & 0x3FF;
      float size;
      if (exponent == 0) {
        size = fraction * SUBNORMAL_STEP;
      } else if (exponent == 0x1F) {
        size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
      } else {
        size = Float.intBitsToFloat(((exponent + 127 - 15) << 23) | (fraction << 13));
      }
      values[bits] = (bits & 0x8000) == 0 ? size : -size;
    }
    return values;
  }
}
