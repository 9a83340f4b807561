package io.winnow.datasets.source.format;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sorted names of class folders, and the label of each. */
public final class ClassIndex {
  private final List<String> names;
  private final Map<String, Integer> labels = new HashMap<>();

  /** Sorts the names, which are distinct. */
  public ClassIndex(Collection<String> names) {
    this.names = names.stream().sorted().toList();
    this.names.forEach(name -> labels.put(name, labels.size()));
  }

  /** The names, by label. */
  public List<String> names() {
    return names;
  }

  /** The number of classes. */
  public int size() {
    return names.size();
  }

  public boolean contains(String name) {
    return labels.containsKey(name);
  }

  /** The label of a class, from 0; the name must be one of them. */
  public int label(String name) {
    return labels.get(name);
  }

  /** The name of the class with a label. */
  public String name(int label) {
    return names.get(label);
  }
}
