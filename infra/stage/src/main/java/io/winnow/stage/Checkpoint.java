package io.winnow.stage;

import io.winnow.storage.tensor.Tensor;
import java.util.Map;

/**
 * A job's state at some moment.
 *
 * @param position how far the job was, in its own units
 * @param tensors by name
 */
public record Checkpoint(long position, Map<String, Tensor> tensors) {
  public Checkpoint {
    if (position < 0) {
      throw new IllegalArgumentException("A checkpoint's position is at least 0, not " + position);
    }
  }
}
