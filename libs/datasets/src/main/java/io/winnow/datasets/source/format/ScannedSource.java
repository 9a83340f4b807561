package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a format found, with headers and labels checked. Closing it frees what the format holds
 * open.
 *
 * @param names of the classes, by label
 * @param shape of every image
 * @param digest sha-256 (hex) over the names and contents of all files read
 * @param train the rows to train on, or all rows
 * @param heldout the source's own test rows, if it has any
 * @param skipped the bad images, which are not among the rows
 * @param remarks what the user should know about how the source was read, such as a part that is
 *     not used; plain sentences without a full stop
 * @param resource what the rows are read from
 */
public record ScannedSource(
    ClassNames names,
    ImageShape shape,
    String digest,
    SourceSplit train,
    Optional<SourceSplit> heldout,
    Skipped skipped,
    List<String> remarks,
    AutoCloseable resource)
    implements AutoCloseable {
  /** The remark on a test part whose labels are all -1. */
  public static final String HIDDEN_LABELS =
      "the labels of the test part are not published (all are -1), so images of the training part"
          + " are held out";

  /**
   * As the other method, for class names that errors may contain, such as names of folders.
   *
   * @param classes class names, by label
   */
  public static ScannedSource checked(
      String what,
      List<String> classes,
      ImageShape shape,
      String digest,
      SourceSplit train,
      Optional<SourceSplit> heldout,
      Skipped skipped) {
    return checked(what, ClassNames.quotable(classes), shape, digest, train, heldout, skipped);
  }

  /**
   * Checks what every format must provide: at least two classes with names of their own, each with
   * training images.
   *
   * @param what names the source in errors
   * @throws InvalidInputException fewer classes, a class without training images, or an empty
   *     held-out split
   */
  public static ScannedSource checked(
      String what,
      ClassNames classes,
      ImageShape shape,
      String digest,
      SourceSplit train,
      Optional<SourceSplit> heldout,
      Skipped skipped) {
    if (classes.size() < 2) {
      throw new InvalidInputException(
          what + " has fewer than 2 classes",
          "provide images of at least 2 classes: selection and weights work by class");
    }
    classes.requireDistinct(what);
    if (heldout.isPresent() && heldout.get().rows() == 0) {
      throw new InvalidInputException(
          what + ": no image of the test part can be used", "repair them, or remove the test part");
    }
    requireTrainingImages(what, classes, train, skipped);
    return new ScannedSource(classes, shape, digest, train, heldout, skipped, List.of(), () -> {});
  }

  private static void requireTrainingImages(
      String what, ClassNames classes, SourceSplit train, Skipped skipped) {
    boolean[] present = new boolean[classes.size()];
    for (int label : train.labels()) {
      present[label] = true;
    }
    int lowest = 0;
    while (lowest < present.length && !present[lowest]) {
      lowest++;
    }
    for (int c = 0; c < present.length; c++) {
      if (!present[c]) {
        throw new InvalidInputException(
            what
                + ": "
                + classes.describe(c)
                + " has no training images"
                + (skipped.images() > 0 ? " besides those that are skipped" : "")
                + (c == 0 && lowest < present.length ? "; its labels begin at " + lowest : ""),
            c == 0 && lowest == 1
                ? "subtract 1 from every label, or add images of class 0"
                : "add images of it, or remove the class and number the labels from 0 without a gap");
      }
    }
  }

  /** Class names, by label. */
  public List<String> classes() {
    return names.list();
  }

  /** The same source with other names of its classes, as many, in the same order. */
  public ScannedSource named(ClassNames others) {
    return new ScannedSource(others, shape, digest, train, heldout, skipped, remarks, resource);
  }

  /** The same source with one more remark. */
  public ScannedSource remarking(String remark) {
    List<String> all = new ArrayList<>(remarks);
    all.add(remark);
    return new ScannedSource(
        names, shape, digest, train, heldout, skipped, List.copyOf(all), resource);
  }

  /** The same source, which also closes {@code opened}. */
  public ScannedSource holding(AutoCloseable opened) {
    return new ScannedSource(names, shape, digest, train, heldout, skipped, remarks, opened);
  }

  @Override
  public void close() throws Exception {
    resource.close();
  }
}
