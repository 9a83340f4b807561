package io.winnow.torch.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A buffer outside the heap that one argument of repeated calls is written to. It is used again
 * call after call, so memory stays flat; on the processor the engine reads it in place. An array
 * made here is valid until the next one is made. Not safe for use from several threads.
 */
public final class Staging {
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  /** An array of uint8. */
  public NDArray ofBytes(NDManager scope, byte[] values, Shape shape) {
    ByteBuffer target = reserve(values.length);
    target.put(values).flip();
    return scope.create(target, shape, DataType.UINT8);
  }

  /** An array of float32 from its bytes, little-endian. */
  public NDArray ofFloatBytes(NDManager scope, byte[] values, Shape shape) {
    ByteBuffer target = reserve(values.length);
    target.put(values).flip();
    return scope.create(target, shape, DataType.FLOAT32);
  }

  /** An array of int64 from ints. */
  public NDArray ofInts(NDManager scope, int[] values, Shape shape) {
    ByteBuffer target = reserve(Math.multiplyExact(values.length, Long.BYTES));
    for (int value : values) {
      target.putLong(value);
    }
    target.flip();
    return scope.create(target, shape, DataType.INT64);
  }

  /** A vector of int64. */
  public NDArray ofLongs(NDManager scope, long... values) {
    ByteBuffer target = reserve(Math.multiplyExact(values.length, Long.BYTES));
    target.asLongBuffer().put(values);
    return scope.create(target, new Shape(values.length), DataType.INT64);
  }

  /** An array of float32. */
  public NDArray ofFloats(NDManager scope, float[] values, Shape shape) {
    return ofFloats(scope, values, 0, shape);
  }

  /** An array of float32 of as many values from {@code from} as the shape has. */
  public NDArray ofFloats(NDManager scope, float[] values, int from, Shape shape) {
    int count = Math.toIntExact(shape.size());
    ByteBuffer target = reserve(Math.multiplyExact(count, Float.BYTES));
    target.asFloatBuffer().put(values, from, count);
    return scope.create(target, shape, DataType.FLOAT32);
  }

  /** A vector of float64. */
  public NDArray ofDoubles(NDManager scope, double... values) {
    ByteBuffer target = reserve(Math.multiplyExact(values.length, Double.BYTES));
    target.asDoubleBuffer().put(values);
    return scope.create(target, new Shape(values.length), DataType.FLOAT64);
  }

  private ByteBuffer reserve(int bytes) {
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    return buffer.duplicate().order(ByteOrder.nativeOrder()).limit(bytes);
  }
}
