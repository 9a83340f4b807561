package io.winnow.stage;

import io.winnow.store.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A job's state at some moment.
 *
 * @param position how far the job was, in its own units; at least 0
 * @param counters what the job counts, by name, e.g. {@code step}, {@code images}, {@code seed},
 *     {@code orderPosition}. Random draws derive from seed and step, so these are the whole state
 *     of the random numbers. Empty in a checkpoint of before there were any
 * @param tensors by name; everything else that is needed to go on
 */
public record Checkpoint(long position, Map<String, Long> counters, Map<String, Tensor> tensors) {
  public Checkpoint {
    if (position < 0) {
      throw new IllegalArgumentException("A checkpoint's position is at least 0, not " + position);
    }
    counters = Map.copyOf(counters);
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }
}
