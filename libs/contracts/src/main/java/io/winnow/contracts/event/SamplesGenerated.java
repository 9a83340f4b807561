package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The model's samples are generated: {@code lineage.samples}. */
public record SamplesGenerated(Run run, Lineage lineage) implements LineageEvent {
  public SamplesGenerated {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
  }
}
