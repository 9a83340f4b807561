package io.winnow.datasets.source.format;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.util.List;
import java.util.Optional;

/**
 * What a format found, with headers and labels checked. Closing it frees what the format holds
 * open.
 *
 * @param classes class names, by label
 * @param shape of every image
 * @param digest sha-256 (hex) over the names and contents of all files read
 * @param train the rows to train on, or all rows
 * @param heldout the source's own test rows, if it has any
 * @param skipped the bad images, which are not among the rows
 * @param resource what the rows are read from
 */
public record ScannedSource(
    List<String> classes,
    ImageShape shape,
    String digest,
    SourceSplit train,
    Optional<SourceSplit> heldout,
    Skipped skipped,
    AutoCloseable resource)
    implements AutoCloseable {

  /**
   * Checks what every format must provide: at least two classes, each with training images.
   *
   * @param what names the source in errors
   * @throws InvalidInputException fewer classes, a class without training images, or an empty
   *     held-out split
   */
  public static ScannedSource checked(
      String what,
      List<String> classes,
      ImageShape shape,
      String digest,
      SourceSplit train,
      Optional<SourceSplit> heldout,
      Skipped skipped) {
    if (classes.size() < 2) {
      throw new InvalidInputException(
          what + " has fewer than 2 classes: " + classes,
          "provide images of at least 2 classes: selection and weights work by class");
    }
    if (heldout.isPresent() && heldout.get().rows() == 0) {
      throw new InvalidInputException(
          what + ": no image of the test part can be used", "repair them, or remove the test part");
    }
    requireTrainingImages(what, classes, train, skipped);
    return new ScannedSource(
        List.copyOf(classes), shape, digest, train, heldout, skipped, () -> {});
  }

  private static void requireTrainingImages(
      String what, List<String> classes, SourceSplit train, Skipped skipped) {
    boolean[] present = new boolean[classes.size()];
    for (int label : train.labels()) {
      present[label] = true;
    }
    for (int c = 0; c < present.length; c++) {
      if (!present[c]) {
        throw new InvalidInputException(
            what
                + ": class "
                + c
                + " (\""
                + classes.get(c)
                + "\") has no training images"
                + (skipped.images() > 0 ? " besides those that are skipped" : ""),
            "add images of it, or remove the class and number the labels from 0 without a gap");
      }
    }
  }

  /** The same source, which also closes {@code opened}. */
  public ScannedSource holding(AutoCloseable opened) {
    return new ScannedSource(classes, shape, digest, train, heldout, skipped, opened);
  }

  @Override
  public void close() throws Exception {
    resource.close();
  }
}
