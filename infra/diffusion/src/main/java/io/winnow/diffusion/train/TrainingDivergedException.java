package io.winnow.diffusion.train;

/**
 * A step's loss or gradient is not finite. The step changed nothing, so the weights are still those
 * of the step before.
 */
public final class TrainingDivergedException extends RuntimeException {
  private final long step;
  private final long imagesSeen;

  TrainingDivergedException(long step, long imagesSeen, String detail) {
    super(
        "training diverged at step %d after %d images: %s (lower the learning rate, or look at these images)"
            .formatted(step, imagesSeen, detail));
    this.step = step;
    this.imagesSeen = imagesSeen;
  }

  /** The step that failed, counted from 0. */
  public long step() {
    return step;
  }

  /** Images trained on before it, with repetition. */
  public long imagesSeen() {
    return imagesSeen;
  }
}
