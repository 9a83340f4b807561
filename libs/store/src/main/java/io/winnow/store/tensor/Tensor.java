package io.winnow.store.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A dense array in row-major order.
 *
 * @param dtype element type
 * @param shape sizes, outermost first; empty for a scalar
 * @param data little-endian elements from position 0 to the limit; never written to
 */
public record Tensor(DType dtype, long[] shape, ByteBuffer data) {

  public Tensor {
    shape = shape.clone();
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    long expected = elements(shape) * dtype.bytes();
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          dtype
              + Arrays.toString(shape)
              + " wants "
              + expected
              + " bytes, "
              + data.remaining()
              + " given");
    }
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  public int elements() {
    return Math.toIntExact(elements(shape));
  }

  public static Tensor of(byte[] values, long... shape) {
    return new Tensor(DType.U8, shape, ByteBuffer.wrap(values));
  }

  public static Tensor of(int[] values, long... shape) {
    ByteBuffer b = allocate(values.length, DType.I32);
    b.asIntBuffer().put(values);
    return new Tensor(DType.I32, shape, b);
  }

  public static Tensor of(long[] values, long... shape) {
    ByteBuffer b = allocate(values.length, DType.I64);
    b.asLongBuffer().put(values);
    return new Tensor(DType.I64, shape, b);
  }

  public static Tensor of(float[] values, long... shape) {
    ByteBuffer b = allocate(values.length, DType.F32);
    b.asFloatBuffer().put(values);
    return new Tensor(DType.F32, shape, b);
  }

  /** A tensor rounded to {@code F16}: to nearest, ties to even; beyond ±65,504 to infinity. */
  public static Tensor ofFloat16(float[] values, long... shape) {
    ByteBuffer b = allocate(values.length, DType.F16);
    for (int i = 0; i < values.length; i++) {
      b.putShort(i * Short.BYTES, Float16.of(values[i]));
    }
    return new Tensor(DType.F16, shape, b);
  }

  public static Tensor of(double[] values, long... shape) {
    ByteBuffer b = allocate(values.length, DType.F64);
    b.asDoubleBuffer().put(values);
    return new Tensor(DType.F64, shape, b);
  }

  /** The elements of a {@code U8} tensor. */
  public byte[] bytes() {
    require(DType.U8);
    byte[] out = new byte[elements()];
    data().get(out);
    return out;
  }

  /** The elements of an {@code I32} tensor. */
  public int[] ints() {
    require(DType.I32);
    int[] out = new int[elements()];
    data().asIntBuffer().get(out);
    return out;
  }

  /** The elements of an {@code I64} tensor. */
  public long[] longs() {
    require(DType.I64);
    long[] out = new long[elements()];
    data().asLongBuffer().get(out);
    return out;
  }

  /** The elements of an {@code F32} or {@code F16} tensor. */
  public float[] floats() {
    float[] out = new float[elements()];
    floats(out);
    return out;
  }

  /**
   * Copies the elements of an {@code F32} or {@code F16} tensor.
   *
   * @param out has one entry per element
   */
  public void floats(float[] out) {
    if (out.length != elements()) {
      throw new IllegalArgumentException(out.length + " numbers for " + elements() + " elements");
    }
    if (dtype == DType.F16) {
      Float16.floats(data().asShortBuffer(), out);
      return;
    }
    require(DType.F32);
    data().asFloatBuffer().get(out);
  }

  /** The elements of an {@code F64} tensor. */
  public double[] doubles() {
    require(DType.F64);
    double[] out = new double[elements()];
    data().asDoubleBuffer().get(out);
    return out;
  }

  private void require(DType wanted) {
    if (dtype != wanted) {
      throw new IllegalStateException("tensor is " + dtype + ", not " + wanted);
    }
  }

  private static ByteBuffer allocate(int elements, DType dtype) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, dtype.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long elements(long[] shape) {
    long n = 1;
    for (long s : shape) {
      n = Math.multiplyExact(n, s);
    }
    return n;
  }
}
