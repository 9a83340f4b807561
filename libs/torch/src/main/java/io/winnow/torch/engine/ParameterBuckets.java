package io.winnow.torch.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.ParameterTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * One number per parameter of a network (the weights, their EMA, a moment of the optimiser) as
 * native float32 vectors, one per bucket of its {@link ParameterTable}. A kernel takes them as one
 * {@code List[Tensor]}, see {@link Arguments}.
 */
public final class ParameterBuckets {
  private final ParameterTable table;
  private final List<NDArray> arrays;

  private ParameterBuckets(String name, ParameterTable table, List<NDArray> arrays) {
    this.table = table;
    this.arrays = List.copyOf(arrays);
    // By this ending DJL passes the arrays of one name as one list.
    this.arrays.forEach(array -> array.setName(name + "[]"));
  }

  private static ParameterBuckets of(
      String name, NDManager owner, ParameterTable table, IntFunction<ByteBuffer> bucket) {
    List<NDArray> arrays = new ArrayList<>();
    for (int i = 0; i < table.buckets().size(); i++) {
      try (NDManager scope = owner.newSubManager()) {
        Shape shape = new Shape(table.buckets().get(i));
        // The engine would read the buffer in place, which would keep it in memory.
        NDArray copy = scope.create(bucket.apply(i), shape, DataType.FLOAT32).duplicate();
        copy.attach(owner);
        arrays.add(copy);
      }
    }
    return new ParameterBuckets(name, table, arrays);
  }

  /**
   * The parameters as they start.
   *
   * @param name tells the lists of one call apart, a word
   * @param owner frees the native memory
   */
  public static ParameterBuckets initial(
      String name, NDManager owner, ParameterTable table, long seed) {
    return of(name, owner, table, bucket -> table.initialise(seed, bucket));
  }

  /**
   * @param name tells the lists of one call apart, a word
   * @param owner frees the native memory
   * @param tensors float32 tensors, of which those named prefix + parameter are taken
   * @throws InvalidInputException if one is missing or has another type or shape
   */
  public static ParameterBuckets upload(
      String name,
      NDManager owner,
      ParameterTable table,
      Map<String, Tensor> tensors,
      String prefix) {
    return of(name, owner, table, bucket -> gathered(table, bucket, tensors, prefix));
  }

  private static ByteBuffer gathered(
      ParameterTable table, int bucket, Map<String, Tensor> tensors, String prefix) {
    ByteBuffer values =
        ByteBuffer.allocateDirect(Math.multiplyExact(table.buckets().get(bucket), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (ParameterTable.Parameter parameter : table.inBucket(bucket)) {
      String name = prefix + parameter.name();
      Tensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new InvalidInputException(
            "parameter " + name + " is missing", "give weights of a model of this configuration");
      }
      if (tensor.dtype() != DType.F32 || !Arrays.equals(tensor.shape(), parameter.dimensions())) {
        throw new InvalidInputException(
            "parameter %s is %s%s, the model needs F32%s"
                .formatted(
                    name, tensor.dtype(), Arrays.toString(tensor.shape()), parameter.shape()),
            "give weights of a model of this configuration");
      }
      values.put(tensor.data());
    }
    return values.flip();
  }

  /** Zeros of the same sizes. */
  public ParameterBuckets zeros(String name) {
    return new ParameterBuckets(
        name,
        table,
        arrays.stream()
            .map(a -> a.getManager().zeros(a.getShape(), DataType.FLOAT32, a.getDevice()))
            .toList());
  }

  /** The same numbers in memory of their own. */
  public ParameterBuckets copy(String name) {
    return new ParameterBuckets(name, table, arrays.stream().map(NDArray::duplicate).toList());
  }

  /** The vectors, one per bucket. Passed one after another they are one argument of a call. */
  public NDArray[] arrays() {
    return arrays.toArray(NDArray[]::new);
  }

  /** Adds a copy of every parameter to {@code target}, named prefix + parameter. */
  public void download(String prefix, Map<String, Tensor> target) {
    for (int bucket = 0; bucket < arrays.size(); bucket++) {
      byte[] all = bytes(arrays.get(bucket));
      for (ParameterTable.Parameter parameter : table.inBucket(bucket)) {
        ByteBuffer slice =
            ByteBuffer.wrap(all, parameter.offset() * Float.BYTES, parameter.size() * Float.BYTES);
        target.put(prefix + parameter.name(), new Tensor(DType.F32, parameter.dimensions(), slice));
      }
    }
  }

  private static byte[] bytes(NDArray vector) {
    try (NDManager scope = vector.getManager().newSubManager()) {
      NDArray detached = vector.stopGradient();
      detached.attach(scope);
      return detached.toDevice(Device.cpu(), false).toByteArray();
    }
  }
}
