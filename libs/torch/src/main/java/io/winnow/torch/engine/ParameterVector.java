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
import java.util.Arrays;
import java.util.Map;

/** Moves a network's parameters between named tensors on the heap and one native vector. */
public final class ParameterVector {
  private ParameterVector() {}

  /**
   * @param values a direct little-endian buffer of float32
   * @return a native float32 vector that belongs to {@code owner} and keeps no hold on the buffer
   */
  public static NDArray upload(NDManager owner, ByteBuffer values) {
    try (NDManager scope = owner.newSubManager()) {
      Shape shape = new Shape(values.remaining() / Float.BYTES);
      NDArray copy = scope.create(values, shape, DataType.FLOAT32).duplicate();
      copy.attach(owner);
      return copy;
    }
  }

  /**
   * @param tensors float32 tensors, of which those named prefix + parameter are taken
   * @throws InvalidInputException if one is missing or has another type or shape
   */
  public static NDArray upload(
      NDManager owner, ParameterTable table, Map<String, Tensor> tensors, String prefix) {
    ByteBuffer values =
        ByteBuffer.allocateDirect(Math.multiplyExact(table.size(), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (ParameterTable.Parameter parameter : table.parameters()) {
      String name = prefix + parameter.name();
      Tensor tensor = tensors.get(name);
      long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
      if (tensor == null) {
        throw new InvalidInputException(
            "parameter " + name + " is missing", "give weights of a model of this configuration");
      }
      if (tensor.dtype() != DType.F32 || !Arrays.equals(tensor.shape(), shape)) {
        throw new InvalidInputException(
            "parameter %s is %s%s, the model wants F32%s"
                .formatted(
                    name, tensor.dtype(), Arrays.toString(tensor.shape()), Arrays.toString(shape)),
            "give weights of a model of this configuration");
      }
      values.put(tensor.data());
    }
    return upload(owner, values.flip());
  }

  /** Adds a copy of every parameter to {@code target}, named prefix + parameter. */
  public static void download(
      NDArray vector, ParameterTable table, String prefix, Map<String, Tensor> target) {
    byte[] all = bytes(vector);
    for (ParameterTable.Parameter parameter : table.parameters()) {
      long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
      ByteBuffer slice =
          ByteBuffer.wrap(all, parameter.offset() * Float.BYTES, parameter.size() * Float.BYTES);
      target.put(prefix + parameter.name(), new Tensor(DType.F32, shape, slice));
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
