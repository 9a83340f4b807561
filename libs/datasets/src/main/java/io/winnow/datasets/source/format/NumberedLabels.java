package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The classes of sources whose labels are numbers. */
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

  /**
   * The classes of a data set that always has as many: named by a file with one name per line, or
   * by their numbers if there is no such file.
   *
   * @param first the number of the first class
   * @param digest the file is added to it
   * @throws InvalidInputException the file has another number of names
   */
  public static ClassNames listed(
      Path file, int classes, int first, SourceFolder source, SourceDigest digest) {
    if (!Files.exists(file)) {
      return ClassNames.quotable(
          IntStream.range(first, first + classes).mapToObj(Integer::toString).toList());
    }
    List<String> names = source.lines(file, digest);
    if (names.size() != classes) {
      throw new InvalidInputException(
          SourceFiles.name(file) + " has " + names.size() + " class names, not " + classes,
          "write the %d names, one per line, or remove the file".formatted(classes));
    }
    return ClassNames.fromContent(names);
  }
}
