package io.winnow.torch.kernel;

import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the module object of an archive as Python's pickle, protocol 2, in the few operations that
 * libtorch reads: a tensor is a call of {@code torch._utils._rebuild_tensor_v2} on a storage that a
 * persistent id names, {@code ("storage", torch.FloatStorage, key, "cpu", elements)}.
 */
final class ModulePickle {
  private static final int MARK = '(';
  private static final int TUPLE = 't';
  private static final int REDUCE = 'R';
  private static final int EMPTY_TUPLE = ')';

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int storages;

  private ModulePickle() {}

  /** The module {@code __torch__.Kernel}; the k-th parameter's elements are the storage k. */
  static byte[] module(ModuleState state) {
    ModulePickle pickle = new ModulePickle();
    pickle.begin();
    pickle.global("__torch__", "Kernel");
    pickle.ops(EMPTY_TUPLE, 0x81, '}', MARK); // NEWOBJ, then its fields as a dict
    state.parameters().forEach(pickle::parameter);
    pickle.string("training");
    pickle.ops(0x89); // false
    state.attributes().forEach(pickle::attribute);
    pickle.ops('u', 'b', '.'); // SETITEMS, BUILD, STOP
    return pickle.out.toByteArray();
  }

  static byte[] emptyTuple() {
    ModulePickle pickle = new ModulePickle();
    pickle.begin();
    pickle.ops(EMPTY_TUPLE, '.');
    return pickle.out.toByteArray();
  }

  private void begin() {
    ops(0x80, 2);
  }

  private void parameter(String name, Tensor tensor) {
    if (tensor.dtype() != DType.F32) {
      throw new IllegalArgumentException("parameter " + name + " is " + tensor.dtype());
    }
    string(name);
    global("torch._utils", "_rebuild_tensor_v2");
    ops(MARK);
    ops(MARK);
    string("storage");
    global("torch", "FloatStorage");
    string(Integer.toString(storages++));
    string("cpu");
    integer(tensor.elements());
    ops(TUPLE, 'Q'); // BINPERSID
    integer(0); // offset in the storage
    long[] shape = tensor.shape();
    integers(shape);
    integers(strides(shape));
    ops(0x89); // asks for no gradient
    global("collections", "OrderedDict"); // no hooks
    ops(EMPTY_TUPLE, REDUCE, TUPLE, REDUCE);
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  private void attribute(String name, Object value) {
    string(name);
    if (value instanceof List<?> list) {
      // a list does not say what it is a list of
      global("torch.jit._pickle", "restore_type_tag");
      ops(']', MARK);
      list.forEach(this::scalar);
      ops('e'); // APPENDS
      string(ModuleState.type(list));
      ops(0x86, REDUCE); // TUPLE2
    } else {
      scalar(value);
    }
  }

  private void scalar(Object value) {
    if (value instanceof Long number) {
      integer(number);
    } else if (value instanceof Double number) {
      ops('G'); // BINFLOAT, big-endian
      out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
    } else {
      string((String) value);
    }
  }

  private void integers(long[] values) {
    ops(MARK);
    for (long value : values) {
      integer(value);
    }
    ops(TUPLE);
  }

  private void integer(long value) {
    if (value == (int) value) {
      ops('J'); // BININT
      out.writeBytes(littleEndian(Integer.BYTES).putInt((int) value).array());
    } else {
      ops(0x8a, Long.BYTES); // LONG1
      out.writeBytes(littleEndian(Long.BYTES).putLong(value).array());
    }
  }

  private void string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    ops('X'); // BINUNICODE
    out.writeBytes(littleEndian(Integer.BYTES).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private void global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private void ops(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
