package io.winnow.torch.kernel;

import io.winnow.store.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a script module keeps besides its code.
 *
 * @param parameters float32 tensors, in their order in the module
 * @param attributes constants by name: Long, Double, String, or a list of String or of Double that
 *     is not empty
 */
public record ModuleState(Map<String, Tensor> parameters, Map<String, Object> attributes) {
  /** No state at all. */
  public static final ModuleState NONE = new ModuleState(Map.of(), Map.of());

  public ModuleState {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    attributes.values().forEach(ModuleState::type);
  }

  /**
   * The type of an attribute as TorchScript names it.
   *
   * @throws IllegalArgumentException if a module cannot keep such a value
   */
  static String type(Object value) {
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof List<?> list && !list.isEmpty() && !(list.get(0) instanceof List)) {
      return "List[" + type(list.get(0)) + "]";
    }
    throw new IllegalArgumentException("a module cannot keep " + value);
  }
}
