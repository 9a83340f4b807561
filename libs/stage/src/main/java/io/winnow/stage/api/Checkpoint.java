package io.winnow.stage.api;

import io.winnow.store.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state of a job at some point.
 *
 * @param position the job's progress in its own units; at least 0
 * @param counters by name, e.g. {@code step}, {@code images}, {@code seed}, {@code orderPosition}.
 *     Random draws derive from seed and step, so these are the complete state of the random numbers
 * @param tensors by name; everything else that is needed to resume
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
