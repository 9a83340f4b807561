package io.winnow.diffusion.unet;

import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;

/**
 * Labelled images for a model.
 *
 * @param images uint8, B×C×H×W row-major
 * @param labels B labels in [0, classes)
 */
public record ImageBatch(UnetConfig model, byte[] images, int[] labels) {
  /**
   * @throws InvalidInputException if the sizes do not agree or a label is out of range
   */
  public ImageBatch {
    long pixels = (long) model.imageChannels() * model.imageSize() * model.imageSize();
    if (labels.length == 0 || images.length != labels.length * pixels) {
      throw new InvalidInputException(
          "%d bytes of images do not hold %d images of %d×%d×%4$d"
              .formatted(images.length, labels.length, model.imageChannels(), model.imageSize()),
          "give images of the model's size, one byte a channel, and one label each");
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= model.classes()) {
        throw new InvalidInputException(
            "label %d of image %d is not one of the model's %d classes"
                .formatted(labels[i], i, model.classes()),
            "give labels from 0 to " + (model.classes() - 1));
      }
    }
  }

  /** B. */
  public int size() {
    return labels.length;
  }

  /** The images' shape, B×C×H×W. */
  public Shape imageShape() {
    return new Shape(labels.length, model.imageChannels(), model.imageSize(), model.imageSize());
  }

  /** The labels' shape, B. */
  public Shape labelShape() {
    return new Shape(labels.length);
  }
}
