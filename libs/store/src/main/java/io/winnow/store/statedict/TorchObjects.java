package io.winnow.store.statedict;

import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the globals of a state dict stand for: PyTorch's tensors and storages and Python's
 * OrderedDict. Any other global is refused by its name.
 */
final class TorchObjects {
  private static final String ORDERED = "collections.OrderedDict";
  private static final String SIZE = "torch.Size";
  private static final String TENSOR = "torch._utils._rebuild_tensor_v2";
  private static final String OLD_TENSOR = "torch._utils._rebuild_tensor";
  private static final String PARAMETER = "torch._utils._rebuild_parameter";
  private static final Set<String> FUNCTIONS = Set.of(ORDERED, SIZE, TENSOR, OLD_TENSOR, PARAMETER);

  private static final Map<String, DType> STORAGES =
      Map.of(
          "torch.DoubleStorage", DType.F64,
          "torch.FloatStorage", DType.F32,
          "torch.HalfStorage", DType.F16,
          "torch.BFloat16Storage", DType.BF16,
          "torch.LongStorage", DType.I64,
          "torch.IntStorage", DType.I32,
          "torch.ShortStorage", DType.I16,
          "torch.CharStorage", DType.I8,
          "torch.ByteStorage", DType.U8,
          "torch.BoolStorage", DType.BOOL);

  private final StateDictErrors errors;
  private final Map<String, StorageRef> storages = new LinkedHashMap<>();

  /** A global that is known. */
  record Global(String name) {}

  TorchObjects(StateDictErrors errors) {
    this.errors = errors;
  }

  /** The storages that the pickle names, by key. */
  Map<String, StorageRef> storages() {
    return storages;
  }

  Global global(String module, String name) {
    String full = module + "." + name;
    if (!FUNCTIONS.contains(full) && !STORAGES.containsKey(full)) {
      throw errors.refused("names " + StateDictErrors.shown(full) + ", which is not loaded");
    }
    return new Global(full);
  }

  /** The result of a call that the pickle asks for. */
  Object call(Object function, List<?> arguments) {
    if (!(function instanceof Global global)) {
      throw errors.bad("calls what is no function");
    }
    return switch (global.name()) {
      case ORDERED -> ordered(arguments);
      case SIZE -> first(arguments, List.class, SIZE);
      case TENSOR, OLD_TENSOR -> tensor(arguments);
      case PARAMETER -> first(arguments, StoredTensor.class, PARAMETER);
      default -> throw errors.refused("calls " + global.name());
    };
  }

  private Dictionary ordered(List<?> arguments) {
    Dictionary dictionary = new Dictionary(true);
    if (arguments.isEmpty()) {
      return dictionary;
    }
    if (arguments.size() != 1 || !(arguments.get(0) instanceof List<?> pairs)) {
      throw wrong(ORDERED);
    }
    for (Object each : pairs) {
      if (!(each instanceof List<?> pair) || pair.size() != 2) {
        throw wrong(ORDERED);
      }
      dictionary.entries().put(key(pair.get(0)), pair.get(1));
    }
    return dictionary;
  }

  /** A key of a dictionary, if it may be one. */
  Object key(Object key) {
    if (key instanceof String
        || key instanceof Number
        || key instanceof Boolean
        || key == PickleMachine.NONE) {
      return key;
    }
    throw errors.refused("has a dictionary whose key is not a string or number");
  }

  private StoredTensor tensor(List<?> arguments) {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof StorageRef storage)
        || !(arguments.get(1) instanceof Long offset)
        || !(arguments.get(2) instanceof List<?> shape)
        || !(arguments.get(3) instanceof List<?> stride)) {
      throw wrong(TENSOR);
    }
    return StoredTensor.of(storage, offset, longs(shape), longs(stride), errors);
  }

  private long[] longs(List<?> values) {
    if (values.size() > Byte.MAX_VALUE) {
      throw errors.bad("has a tensor of " + values.size() + " axes");
    }
    long[] longs = new long[values.size()];
    for (int i = 0; i < longs.length; i++) {
      if (!(values.get(i) instanceof Long value)) {
        throw wrong(TENSOR);
      }
      longs[i] = value;
    }
    return longs;
  }

  /**
   * The storage that a persistent id names: {@code ('storage', class, key, device, elements)}, in
   * legacy files with None or {@code (key, offset, elements)} of a view after it.
   */
  StorageRef storage(Object id) {
    if (!(id instanceof List<?> parts)
        || parts.size() < 5
        || parts.size() > 6
        || !"storage".equals(parts.get(0))
        || !(parts.get(1) instanceof Global type)
        || !(parts.get(2) instanceof String key)
        || !(parts.get(4) instanceof Long elements)) {
      throw errors.bad("names a storage in a form that PyTorch does not write");
    }
    DType dtype = STORAGES.get(type.name());
    if (dtype == null || elements < 0 || elements > Long.MAX_VALUE / dtype.bytes()) {
      throw errors.bad("has a storage of %d elements of %s".formatted(elements, type.name()));
    }
    StorageRef whole = new StorageRef(key, dtype, 0, elements, elements);
    StorageRef before = storages.putIfAbsent(key, whole);
    if (before != null && !before.equals(whole)) {
      throw errors.bad(
          "names storage " + StateDictErrors.shown(key) + " twice with different sizes or types");
    }
    return parts.size() == 6 && parts.get(5) != PickleMachine.NONE
        ? view(whole, parts.get(5))
        : whole;
  }

  private StorageRef view(StorageRef whole, Object view) {
    if (!(view instanceof List<?> parts)
        || parts.size() != 3
        || !(parts.get(1) instanceof Long offset)
        || !(parts.get(2) instanceof Long length)
        || offset < 0
        || length < 0
        || offset > whole.elements() - length) {
      throw errors.bad("has a view that is not within its storage");
    }
    return new StorageRef(whole.key(), whole.dtype(), offset, length, whole.elements());
  }

  private <T> T first(List<?> arguments, Class<T> type, String function) {
    if (arguments.isEmpty() || !type.isInstance(arguments.get(0))) {
      throw wrong(function);
    }
    return type.cast(arguments.get(0));
  }

  private InvalidInputException wrong(String function) {
    return errors.bad("calls " + function + " with arguments that PyTorch does not write");
  }

  /** The pairs of a flat list of keys and values. */
  void put(Object target, List<Object> pairs) {
    if (!(target instanceof Dictionary dictionary) || pairs.size() % 2 != 0) {
      throw errors.bad("sets entries of what is no dictionary");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      dictionary.entries().put(key(pairs.get(i)), pairs.get(i + 1));
    }
  }

  /** Adds values to a list. */
  @SuppressWarnings("unchecked")
  void append(Object target, List<Object> values) {
    if (!(target instanceof ArrayList<?> list)) {
      throw errors.bad("appends to what is no list");
    }
    ((ArrayList<Object>) list).addAll(values);
  }
}
