package io.winnow.store.statedict;

import io.winnow.store.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads tensors of a file, strided ones in row-major order. */
final class TensorReader {
  // below this a copy costs less than a mapping
  private static final int MAPPED = 1 << 20;

  private final FileChannel channel;
  private final StorageLayout layout;
  private final StateDictErrors errors;

  TensorReader(FileChannel channel, StorageLayout layout, StateDictErrors errors) {
    this.channel = channel;
    this.layout = layout;
    this.errors = errors;
  }

  /** The elements of a tensor: mapped if they lie in row-major order and are many, else copied. */
  Tensor read(String name, StoredTensor tensor) throws IOException {
    int width = tensor.dtype().bytes();
    long span = Math.multiplyExact(tensor.last() - tensor.first() + 1, width);
    long most = Math.max(span, tensor.elements() * width);
    if (most > Integer.MAX_VALUE - 8) {
      throw errors.refused(
          "has tensor " + StateDictErrors.shown(name) + " of " + most + " bytes, at most 2 GiB");
    }
    ByteBuffer bytes = bytes(start(tensor), (int) span);
    return new Tensor(
        tensor.dtype(), tensor.shape(), tensor.contiguous() ? bytes : gather(tensor, bytes));
  }

  private long start(StoredTensor tensor) {
    return layout.starts().get(tensor.storage().key()) + tensor.first() * tensor.dtype().bytes();
  }

  private ByteBuffer bytes(long start, int length) throws IOException {
    if (length < MAPPED) {
      return new FileBytes(channel, start, start + length, errors).little(length);
    }
    return channel.map(FileChannel.MapMode.READ_ONLY, start, length);
  }

  private static ByteBuffer gather(StoredTensor tensor, ByteBuffer from) {
    int width = tensor.dtype().bytes();
    ByteBuffer to =
        ByteBuffer.allocate((int) (tensor.elements() * width)).order(ByteOrder.LITTLE_ENDIAN);
    long[] shape = tensor.shape();
    long[] at = new long[shape.length];
    long element = 0;
    while (to.hasRemaining()) {
      to.put(to.position(), from, (int) (element * width), width);
      to.position(to.position() + width);
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        element += tensor.stride()[axis];
        if (++at[axis] < shape[axis]) {
          break;
        }
        element -= shape[axis] * tensor.stride()[axis];
        at[axis] = 0;
      }
    }
    return to.flip();
  }
}
