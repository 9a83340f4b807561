package io.winnow.store.statedict;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Whether a value of a pickle is a tree of bounded depth; a pickle can also describe a cycle. */
final class ValueCheck {
  private static final int DEEPEST = 64;

  private final StateDictErrors errors;
  // 0 while a value's parts are looked at, then its height
  private final Map<Object, Integer> heights = new IdentityHashMap<>();

  ValueCheck(StateDictErrors errors) {
    this.errors = errors;
  }

  /**
   * @throws io.winnow.contracts.InvalidInputException it contains itself or is too deep
   */
  void require(Object value) {
    height(value, 0);
  }

  private int height(Object value, int depth) {
    Collection<?> parts = parts(value);
    if (parts.isEmpty()) {
      return 0;
    }
    Integer known = heights.get(value);
    if (known != null && known == 0) {
      throw errors.refused("has a dictionary or list that contains itself");
    }
    if (depth + (known == null ? 1 : known) > DEEPEST) {
      throw errors.refused("has values nested more than " + DEEPEST + " deep");
    }
    if (known != null) {
      return known;
    }
    heights.put(value, 0);
    int highest = 0;
    for (Object part : parts) {
      highest = Math.max(highest, height(part, depth + 1));
    }
    heights.put(value, highest + 1);
    return highest + 1;
  }

  private static Collection<?> parts(Object value) {
    if (value instanceof Dictionary dictionary) {
      return dictionary.entries().values();
    }
    return value instanceof List<?> list ? list : List.of();
  }
}
