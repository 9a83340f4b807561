package io.winnow.models.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Network;
import java.util.List;
import java.util.Map;

/**
 * Calls an encoder's functions with recorded tensors.
 *
 * @param weights of all its networks
 */
record EncoderPasses(Torch torch, Map<String, Tensor> weights) {
  /** What {@code function(inputs…, flat)} gives; integers are passed as int64. */
  List<float[]> call(Network network, KernelSource kernel, String function, Tensor... inputs) {
    try (NDManager scope = torch.newScope()) {
      Arguments arguments = Arguments.none();
      for (Tensor input : inputs) {
        arguments.add(array(scope, input));
      }
      arguments.add(ParameterBuckets.upload("weights", scope, network.parameters(), weights, ""));
      return torch.kernel(kernel).call(scope, function, Gradients.NONE, arguments).stream()
          .map(NDArray::toFloatArray)
          .toList();
    }
  }

  private static NDArray array(NDManager scope, Tensor tensor) {
    Shape shape = new Shape(tensor.shape());
    return switch (tensor.dtype()) {
      case I64 -> scope.create(tensor.longs(), shape);
      case U8 -> scope.create(widened(tensor.bytes()), shape);
      default -> scope.create(tensor.floats(), shape);
    };
  }

  private static long[] widened(byte[] bytes) {
    long[] values = new long[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = bytes[i] & 0xFF;
    }
    return values;
  }
}
