package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The diffusion model is trained: {@code lineage.model}. */
public record ModelTrained(Run run, Lineage lineage) implements Event {
  @Override
  public String runId() {
    return run == null ? null : run.id();
  }
}
