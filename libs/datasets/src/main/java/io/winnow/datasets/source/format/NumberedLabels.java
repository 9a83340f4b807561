package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import java.util.List;
import java.util.stream.IntStream;

/** The classes of a source whose labels are numbers. */
public final class NumberedLabels {
  // as many as one-hot vectors and per-class statistics can reasonably have
  private static final int MAX_CLASSES = 1_000_000;

  private NumberedLabels() {}

  /**
   * As many classes as there are names, otherwise one for each label from 0 to the highest.
   *
   * @param names by label, from a list beside the data; empty if there is none
   * @param train labels of the training part
   * @param test labels of the test part
   * @param what names the source in errors
   * @throws InvalidInputException a label beyond the list, or labels that begin at 1
   */
  public static ClassNames classes(List<String> names, int[] train, int[] test, String what) {
    int highest = IntStream.concat(IntStream.of(train), IntStream.of(test)).max().orElse(0);
    int lowest = IntStream.concat(IntStream.of(train), IntStream.of(test)).min().orElse(0);
    if (lowest >= 1 && (names.isEmpty() || highest >= names.size())) {
      throw new InvalidInputException(
          "%s: labels begin at %d".formatted(what, lowest),
          "subtract %d from every label: the labels of n classes run from 0 to n−1"
              .formatted(lowest));
    }
    if (names.isEmpty()) {
      if (highest >= MAX_CLASSES) {
        throw new InvalidInputException(
            what + " has label " + highest, "number the classes from 0");
      }
      return ClassNames.quotable(
          IntStream.rangeClosed(0, highest).mapToObj(Integer::toString).toList());
    }
    if (highest >= names.size()) {
      throw new InvalidInputException(
          "label %d occurs, but labels.txt or classes.txt has %d names"
              .formatted(highest, names.size()),
          "write one class name per line, from label 0 on");
    }
    return ClassNames.fromContent(names);
  }
}
