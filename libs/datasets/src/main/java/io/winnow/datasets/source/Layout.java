package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageShape;
import java.util.List;

/**
 * What a format found at a place, its headers and labels checked.
 *
 * @param classes class names, by label
 * @param shape of every image
 * @param digest sha-256 over the names and contents of the files read
 * @param train the rows to train on, or all rows
 * @param heldout the source's own test rows, null when it has none
 * @param skipped the images that are no rows because they are bad
 */
record Layout(
    List<String> classes,
    ImageShape shape,
    String digest,
    Part train,
    Part heldout,
    Skipped skipped) {

  static final int MAX_SIDE = 4096;

  /**
   * Checks what every format must give: at least two classes, each with training images.
   *
   * @param what names the place in errors
   */
  static Layout checked(
      String what,
      List<String> classes,
      ImageShape shape,
      String digest,
      Part train,
      Part heldout,
      Skipped skipped) {
    if (classes.size() < 2) {
      throw new InvalidInputException(
          what + " has fewer than 2 classes: " + classes,
          "give images of at least 2 classes, since classes are pruned and weighed apart");
    }
    if (heldout != null && heldout.rows() == 0) {
      throw new InvalidInputException(
          what + ": no image of the test part can be used", "repair them, or remove the test part");
    }
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
            "add images of it, or remove the class so that labels run from 0 without a gap");
      }
    }
    return new Layout(List.copyOf(classes), shape, digest, train, heldout, skipped);
  }

  /** Refuses a size that a model cannot take. */
  static ImageShape shape(String what, int channels, int height, int width) {
    if (height != width) {
      throw new InvalidInputException(
          what + " is " + width + "×" + height + " pixels, not square",
          "crop or resize all images to one square size, or have it done by dataset.size and"
              + " dataset.resize");
    }
    if (height < 1 || height > MAX_SIDE) {
      throw new InvalidInputException(
          what + " is " + width + "×" + height + " pixels",
          "resize all images to 1 to " + MAX_SIDE + " pixels a side");
    }
    return new ImageShape(channels, height, width);
  }
}
