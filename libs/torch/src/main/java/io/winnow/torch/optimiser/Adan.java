package io.winnow.torch.optimiser;

import java.util.List;

/**
 * Adan in a training.
 *
 * @param settings of its update
 * @param schedule the rates of its steps
 */
public record Adan(AdanSettings settings, StepSchedule schedule) implements Optimiser {
  @Override
  public String name() {
    return "adan";
  }

  /** The moments of gradient, differences and squares, and the previous gradient. */
  @Override
  public List<String> moments() {
    return List.of("m", "d", "n", "previous");
  }

  @Override
  public String function() {
    return AdanKernel.function(settings);
  }
}
