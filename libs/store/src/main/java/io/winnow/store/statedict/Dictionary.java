package io.winnow.store.statedict;

import java.util.LinkedHashMap;
import java.util.Map;

/** A dictionary of a pickle, in its order. The keys are strings, numbers, booleans or None. */
final class Dictionary {
  private final Map<Object, Object> entries = new LinkedHashMap<>(4);
  private final boolean ordered;

  /**
   * @param ordered whether it is an OrderedDict, which may have attributes
   */
  Dictionary(boolean ordered) {
    this.ordered = ordered;
  }

  boolean ordered() {
    return ordered;
  }

  Map<Object, Object> entries() {
    return entries;
  }
}
