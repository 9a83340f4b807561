package io.winnow.models.denoiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.Conditioning.TokenSequences;
import io.winnow.torch.engine.Staging;

/** The conditions of a batch. */
public sealed interface Conditions {
  /** The number of samples, B. */
  int count();

  /**
   * Checks that a model is conditioned like this.
   *
   * @throws InvalidInputException another kind of condition, or one out of range
   */
  void requireFit(Conditioning conditioning);

  /** The tensor {@code y} of a kernel; valid until the staging buffer is used again. */
  NDArray upload(NDManager scope, Staging staging, Conditioning conditioning);

  /**
   * A class per sample.
   *
   * @param labels B labels in [0, classes); all 0 for a model without conditions
   */
  record Labels(int[] labels) implements Conditions {
    @Override
    public int count() {
      return labels.length;
    }

    @Override
    public void requireFit(Conditioning conditioning) {
      if (conditioning.isFloat()) {
        throw new InvalidInputException(
            "the model is conditioned on token sequences, not on labels", "give token sequences");
      }
      int classes = conditioning instanceof ClassLabels c ? c.classes() : 1;
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] < 0 || labels[i] >= classes) {
          throw new InvalidInputException(
              "label %d of image %d is not one of the model's %d classes"
                  .formatted(labels[i], i, classes),
              "give labels from 0 to " + (classes - 1));
        }
      }
    }

    @Override
    public NDArray upload(NDManager scope, Staging staging, Conditioning conditioning) {
      return staging.ofInts(scope, labels, conditioning.batch(labels.length));
    }
  }

  /**
   * A sequence of token vectors per sample.
   *
   * @param values B×T×D, row-major
   * @param count B
   */
  record Tokens(float[] values, int count) implements Conditions {
    @Override
    public void requireFit(Conditioning conditioning) {
      if (!(conditioning instanceof TokenSequences tokens)) {
        throw new InvalidInputException(
            "the model is not conditioned on token sequences", "give one label per sample");
      }
      if (values.length != (long) count * tokens.length() * tokens.width()) {
        throw new InvalidInputException(
            "%d values are not %d sequences of %d×%d"
                .formatted(values.length, count, tokens.length(), tokens.width()),
            "give one sequence of the model's size per sample");
      }
    }

    @Override
    public NDArray upload(NDManager scope, Staging staging, Conditioning conditioning) {
      return staging.ofFloats(scope, values, conditioning.batch(count));
    }
  }
}
