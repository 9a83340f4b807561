package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The diffusion model is trained: {@code lineage.model}. */
public record ModelTrained(Run run, Lineage lineage) implements LineageEvent {
  public ModelTrained {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
  }
}
