package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Labels as a source's samples carry them, class indices or class names, and the classes they come
 * to. Memory holds each distinct label once.
 */
final class WrittenLabels {
  private static final int MAX_CLASSES = 1_000_000;

  private final Map<Label, Integer> numbers = new HashMap<>();
  private final List<String> first = new ArrayList<>();

  /**
   * One label.
   *
   * @param index whether {@code text} is a class's index, else its name
   */
  record Label(boolean index, String text) {

    /** An index where it is written as one, else a name. */
    static Label of(String text) {
      return new Label(text.matches("\\d{1,9}"), text.matches("\\d{1,9}") ? plain(text) : text);
    }

    static Label index(long index) {
      return new Label(true, Long.toString(index));
    }

    private static String plain(String digits) {
      return Integer.toString(Integer.parseInt(digits));
    }
  }

  /**
   * What the labels come to.
   *
   * @param classes names, by label
   * @param of the label of each number that {@link #add} gave
   */
  record Resolved(List<String> classes, int[] of) {

    int[] labels(IntStream numbers) {
      return numbers.map(n -> of[n]).toArray();
    }
  }

  /**
   * Takes note of a label.
   *
   * @param sample who has it, for errors
   * @return a number that stands for it until all are known
   */
  int add(Label label, String sample) {
    return numbers.computeIfAbsent(
        label,
        l -> {
          first.add(sample);
          return first.size() - 1;
        });
  }

  /**
   * @param names class names from a list beside the data, by label; empty when there is none: then
   *     names are numbered in their order, and indices are their own names
   * @throws InvalidInputException a label outside the list, or indices and names mixed without one
   */
  Resolved resolve(List<String> names) {
    List<String> classes = names.isEmpty() ? classes() : names;
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      places.putIfAbsent(classes.get(i), i);
    }
    int[] of = new int[first.size()];
    numbers.forEach(
        (label, number) -> {
          Integer place =
              label.index() ? inside(label.text(), classes.size()) : places.get(label.text());
          if (place == null) {
            throw new InvalidInputException(
                "%s has label %s, but there are %d class names"
                    .formatted(
                        first.get(number),
                        label.index() ? label.text() : "\"" + label.text() + "\"",
                        classes.size()),
                "give labels of these classes, or name all: in classes.txt one a line, from label 0 on");
          }
          of[number] = place;
        });
    return new Resolved(classes, of);
  }

  private static Integer inside(String index, int classes) {
    long i = Long.parseLong(index);
    return i >= 0 && i < classes ? (int) i : null;
  }

  private List<String> classes() {
    TreeSet<String> written = new TreeSet<>();
    long highest = -1;
    for (Map.Entry<Label, Integer> e : numbers.entrySet()) {
      if (!e.getKey().index()) {
        written.add(e.getKey().text());
        continue;
      }
      long index = Long.parseLong(e.getKey().text());
      if (index < 0 || index >= MAX_CLASSES) {
        throw new InvalidInputException(
            first.get(e.getValue()) + " has label " + index, "labels are class indices from 0 on");
      }
      highest = Math.max(highest, index);
    }
    if (highest >= 0 && !written.isEmpty()) {
      throw new InvalidInputException(
          "some samples have a class index for their label, others a name such as \""
              + written.first()
              + "\"",
          "put classes.txt beside the data, one class name a line, or write labels of one kind");
    }
    return written.isEmpty()
        ? IntStream.range(0, (int) highest + 1).mapToObj(Integer::toString).toList()
        : List.copyOf(written);
  }
}
