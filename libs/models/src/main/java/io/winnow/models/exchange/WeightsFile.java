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

/**
 * The tensors of a file of weights, by name; those of half precision as float32, which is exact.
 */
final class WeightsFile {
  private WeightsFile() {}

  /**
   * @param file safetensors, an index of such files, or a state dict of PyTorch
   * @param key the entry of a saved dictionary that is the state dict, or null
   * @param what names the file in errors
   * @throws InvalidInputException missing, damaged, or a key for a file that has none
   */
  static Map<String, Tensor> read(Path file, String key, String what) {
    Map<String, Tensor> wide = new LinkedHashMap<>();
    stored(file, key, what).forEach((name, tensor) -> wide.put(name, wide(tensor)));
    return wide;
  }

  private static Map<String, Tensor> stored(Path file, String key, String what) {
    if (StateDict.hasName(file)) {
      return StateDict.read(file, key, what).tensors();
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
