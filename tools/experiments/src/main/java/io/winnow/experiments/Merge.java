package io.winnow.experiments;

import java.util.LinkedHashMap;
import java.util.Map;

/** JSON merge patch, RFC 7396. */
final class Merge {
  private Merge() {}

  /**
   * Applies a patch to a copy of the target: objects are merged recursively, null removes a field.
   */
  @SuppressWarnings("unchecked")
  static Map<String, Object> of(Map<String, Object> target, Map<String, Object> patch) {
    Map<String, Object> merged = new LinkedHashMap<>(target);
    patch.forEach(
        (name, value) -> {
          if (value == null) {
            merged.remove(name);
          } else if (value instanceof Map<?, ?> part) {
            Object before = merged.get(name);
            Map<String, Object> nested =
                before instanceof Map<?, ?> ? (Map<String, Object>) before : Map.of();
            merged.put(name, of(nested, (Map<String, Object>) part));
          } else {
            merged.put(name, value);
          }
        });
    return merged;
  }
}
