package io.winnow.models.train;

import java.util.OptionalInt;

/**
 * A step's loss or gradient is not finite. The step changed nothing, so the weights are still those
 * of the step before.
 */
public final class TrainingDivergedException extends RuntimeException {
  private final long step;
  private final long imagesSeen;
  private final String detail;
  private final OptionalInt image;

  TrainingDivergedException(long step, long imagesSeen, String detail, OptionalInt image) {
    super(
        "training diverged at step %d after %d images: %s (lower the learning rate, or look at these images)"
            .formatted(step, imagesSeen, detail));
    this.step = step;
    this.imagesSeen = imagesSeen;
    this.detail = detail;
    this.image = image;
  }

  /** The step that failed, counted from 0. */
  public long step() {
    return step;
  }

  /** Images trained on before it, with repetition. */
  public long imagesSeen() {
    return imagesSeen;
  }

  /** What is not finite, e.g. {@code the loss of the batch's image 3 is NaN}. */
  public String detail() {
    return detail;
  }

  /** The first image in the batch whose loss is not finite; empty if only the gradient is not. */
  public OptionalInt image() {
    return image;
  }
}
