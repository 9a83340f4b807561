package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of a data set's classes.
 *
 * @param list class names, by label
 * @param quotable whether errors may contain them: names of folders, and numbers. Names from the
 *     content of a file are not quoted, since whoever reads a run's errors need not be allowed to
 *     read the file
 */
public record ClassNames(List<String> list, boolean quotable) {

  public ClassNames {
    list = List.copyOf(list);
  }

  /** Names that errors may contain. */
  public static ClassNames quotable(List<String> list) {
    return new ClassNames(list, true);
  }

  /** Names from the content of a file. */
  public static ClassNames fromContent(List<String> list) {
    return new ClassNames(list, false);
  }

  /** The number of classes. */
  public int size() {
    return list.size();
  }

  /** A class for an error: {@code class 2 ("emu")}, or {@code class 2}. */
  public String describe(int label) {
    return "class " + label + (quotable ? " (\"" + list.get(label) + "\")" : "");
  }

  /**
   * @param what names the source in errors
   * @throws InvalidInputException two classes have one name
   */
  void requireDistinct(String what) {
    Map<String, Integer> first = new HashMap<>();
    for (int label = 0; label < list.size(); label++) {
      Integer same = first.putIfAbsent(list.get(label), label);
      if (same != null) {
        throw new InvalidInputException(
            "%s: %s and class %d have the same name".formatted(what, describe(same), label),
            "give every class a name of its own");
      }
    }
  }
}
