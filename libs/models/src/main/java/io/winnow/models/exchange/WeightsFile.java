package io.winnow.models.exchange;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.statedict.StateDict;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.ShardedSafeTensors;
import io.winnow.store.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The tensors of a file of weights, by name; those of half precision as float32, which is exact.
 */
final class WeightsFile {
  private WeightsFile() {}

  /**
   * @param file safetensors, an index of such files, or a state dict of PyTorch
   * @param key the entry of a saved dictionary that is the state dict, or null
   * @param what names the file in errors
   * @param remarks receives what was changed in the names
   * @throws InvalidInputException missing, damaged, or a key for a file that has none
   */
  static Map<String, Tensor> read(Path file, String key, String what, Consumer<String> remarks) {
    Map<String, Tensor> wide = new LinkedHashMap<>();
    stored(file, key, what, remarks).forEach((name, tensor) -> wide.put(name, wide(tensor)));
    return wide;
  }

  private static Map<String, Tensor> stored(
      Path file, String key, String what, Consumer<String> remarks) {
    if (StateDict.hasName(file)) {
      StateDict state = StateDict.read(file, key, what);
      if (state.prefixRemoved()) {
        remarks.accept("removed \"module.\" from the front of every name in " + what);
      }
      return state.tensors();
    }
    if (key != null) {
      throw new InvalidInputException(
          what + " is safetensors, which have no key \"" + key + "\"", "leave the key out");
    }
    return ShardedSafeTensors.map(file, what);
  }

  private static Tensor wide(Tensor tensor) {
    if (tensor.dtype() == DType.F16) {
      return Tensor.of(tensor.floats(), tensor.shape());
    }
    if (tensor.dtype() != DType.BF16) {
      return tensor;
    }
    ByteBuffer from = tensor.data();
    ByteBuffer to =
        ByteBuffer.allocate(Math.multiplyExact(tensor.elements(), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (from.hasRemaining()) {
      // float32 begins with the bits of bfloat16
      to.putInt(from.getShort() << Short.SIZE);
    }
    return new Tensor(DType.F32, tensor.shape(), to.flip());
  }
}
