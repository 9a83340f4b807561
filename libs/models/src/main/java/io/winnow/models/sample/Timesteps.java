package io.winnow.models.sample;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.SamplingSpec.Spacing;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The timesteps that a sampler of few steps visits. */
public final class Timesteps {
  private Timesteps() {}

  /**
   * @param timesteps T of the schedule
   * @param steps how many to visit, at least 1
   * @return rising, in [0, T)
   * @throws InvalidInputException there are not so many, or not with this spacing
   */
  public static int[] of(Spacing spacing, int timesteps, int steps) {
    if (steps > timesteps) {
      throw new InvalidInputException(
          "cannot sample in %d steps from a schedule of %d".formatted(steps, timesteps),
          "give at most " + timesteps);
    }
    return switch (spacing) {
      case TRAILING ->
          IntStream.range(0, steps).map(k -> (int) ((k + 1L) * timesteps / steps) - 1).toArray();
      case LEADING -> leading(timesteps, steps);
      case LINSPACE -> linspace(timesteps, steps);
    };
  }

  // The smallest stride that gives so many, as in the code of improved-diffusion.
  private static int[] leading(int timesteps, int steps) {
    int stride = (timesteps + steps - 1) / steps;
    int found = (timesteps + stride - 1) / stride;
    if (found != steps) {
      throw new InvalidInputException(
          "no equal stride from the first timestep visits %d of %d".formatted(steps, timesteps),
          "take %d steps, or another spacing".formatted(found));
    }
    int[] visited = new int[steps];
    Arrays.setAll(visited, k -> k * stride);
    return visited;
  }

  /**
   * Evenly spread over each of several equal parts of the schedule, from a part's first timestep to
   * its last, rounded half to even; as the code of improved-diffusion chooses them. Of parts that
   * are not quite equal, the first are longer by 1.
   *
   * @param steps how many to visit in each part, at least 1
   * @return rising, in [0, T)
   * @throws InvalidInputException a part is shorter than its steps
   */
  public static int[] linspace(int timesteps, int... steps) {
    int[] visited = new int[Arrays.stream(steps).sum()];
    int next = 0;
    int start = 0;
    for (int part = 0; part < steps.length; part++) {
      int size = timesteps / steps.length + (part < timesteps % steps.length ? 1 : 0);
      int count = steps[part];
      if (count < 1 || count > size) {
        throw new InvalidInputException(
            "cannot visit %d of %d timesteps".formatted(count, size), "give 1 to " + size);
      }
      double stride = count == 1 ? 1 : (size - 1.0) / (count - 1);
      // a running sum rather than a product, for the same rounding as the original's
      double at = 0;
      for (int k = 0; k < count; k++) {
        visited[next++] = start + (int) Math.rint(at);
        at += stride;
      }
      start += size;
    }
    return visited;
  }
}
