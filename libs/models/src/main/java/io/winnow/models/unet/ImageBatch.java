package io.winnow.models.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.torch.engine.Staging;

/**
 * Labelled images for a model.
 *
 * @param images uint8, B×C×H×W row-major; of latents the bytes of float32
 * @param labels B labels in [0, classes)
 * @param valueBytes bytes of one value: 1 of pixels, 4 of latents
 */
public record ImageBatch(UnetConfig model, byte[] images, int[] labels, int valueBytes) {
  /**
   * @throws InvalidInputException if the sizes do not agree or a label is out of range
   */
  public ImageBatch {
    long pixels = (long) model.imageChannels() * model.imageSize() * model.imageSize() * valueBytes;
    if (labels.length == 0 || images.length != labels.length * pixels) {
      throw new InvalidInputException(
          "%d bytes of images do not hold %d images of %d×%d×%4$d"
              .formatted(images.length, labels.length, model.imageChannels(), model.imageSize()),
          "give images of the model's size, %d bytes a channel, and one label each"
              .formatted(valueBytes));
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

  /** Of pixels. */
  public ImageBatch(UnetConfig model, byte[] images, int[] labels) {
    this(model, images, labels, 1);
  }

  /** B. */
  public int size() {
    return labels.length;
  }

  /** The images as the engine's, uint8 B×C×H×W, or float32 of latents. */
  public NDArray images(NDManager scope, Staging staging) {
    Shape shape =
        new Shape(labels.length, model.imageChannels(), model.imageSize(), model.imageSize());
    return valueBytes == 1
        ? staging.ofBytes(scope, images, shape)
        : staging.ofFloatBytes(scope, images, shape);
  }

  /** The labels' shape, B. */
  public Shape labelShape() {
    return new Shape(labels.length);
  }
}
