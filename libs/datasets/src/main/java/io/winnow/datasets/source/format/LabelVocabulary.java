package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The labels of a source's samples, class indices or class names, and the classes they stand for.
 * Memory holds each distinct label once.
 */
public final class LabelVocabulary {
  private static final int MAX_CLASSES = 1_000_000;

  private final Map<Label, Integer> numbers = new HashMap<>();
  private final List<String> first = new ArrayList<>();

  /**
   * One label.
   *
   * @param index whether {@code text} is a class index; otherwise it is a class name
   */
  public record Label(boolean index, String text) {

    /** An index if the text is a number of at most 9 digits, otherwise a name. */
    public static Label of(String text) {
      return new Label(text.matches("\\d{1,9}"), text.matches("\\d{1,9}") ? plain(text) : text);
    }

    /** A class index. */
    public static Label index(long index) {
      return new Label(true, Long.toString(index));
    }

    /** A class name. */
    public static Label name(String name) {
      return new Label(false, name);
    }

    private static String plain(String digits) {
      return Integer.toString(Integer.parseInt(digits));
    }
  }

  /**
   * The classes of all labels.
   *
   * @param classes names, by label
   * @param numbered whether the names are the labels' own digits
   * @param of the label for each number that {@link #add} returned
   */
  public record Resolved(List<String> classes, boolean numbered, int[] of) {

    /** The labels for numbers that {@link #add} returned. */
    public int[] labels(IntStream numbers) {
      return numbers.map(n -> of[n]).toArray();
    }
  }

  /**
   * Adds a sample's label.
   *
   * @param sample name of the sample, for errors
   * @return a number that stands for the label until all labels are known
   */
  public int add(Label label, String sample) {
    return numbers.computeIfAbsent(
        label,
        l -> {
          first.add(sample);
          return first.size() - 1;
        });
  }

  /**
   * Whether every label of the test part, and none of the training part, is -1: the mark of labels
   * that are not published. If so, it is no label any more.
   *
   * @param train numbers that {@link #add} returned
   * @param test likewise
   */
  boolean hideOnly(int[] train, int[] test) {
    List<Label> marks = List.of(Label.index(-1), Label.name("-1"));
    Set<Integer> hidden =
        marks.stream().map(numbers::get).filter(Objects::nonNull).collect(Collectors.toSet());
    boolean all =
        IntStream.of(test).allMatch(hidden::contains)
            && IntStream.of(train).noneMatch(hidden::contains);
    if (all) {
      numbers.keySet().removeAll(marks);
    }
    return all;
  }

  /**
   * Maps every label to its class.
   *
   * @param names class names by label, from a list next to the data. If empty, the names that occur
   *     are sorted and numbered, and indices are named by their digits
   * @throws InvalidInputException a label outside the list, or indices and names mixed without a
   *     list
   */
  public Resolved resolve(List<String> names) {
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
                "%s has %s, but there are %d class names"
                    .formatted(
                        first.get(number),
                        label.index() ? "label " + label.text() : "a label that is not one of them",
                        classes.size()),
                "use only these classes, or list all classes in classes.txt, one name per line, from label 0 on");
          }
          of[number] = place;
        });
    boolean numbered = numbers.keySet().stream().allMatch(Label::index);
    return new Resolved(classes, numbered, of);
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
            first.get(e.getValue()) + " has label " + index, "number the classes from 0");
      }
      highest = Math.max(highest, index);
    }
    if (highest >= 0 && !written.isEmpty()) {
      throw new InvalidInputException(
          "some samples are labelled with a class index, others with a name",
          "add a classes.txt with one class name per line, or use either indices or names for all labels");
    }
    return written.isEmpty()
        ? IntStream.range(0, (int) highest + 1).mapToObj(Integer::toString).toList()
        : List.copyOf(written);
  }
}
