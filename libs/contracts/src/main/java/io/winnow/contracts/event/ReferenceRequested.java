package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** A request for a reference model that does not exist yet. */
public record ReferenceRequested(Run run, Lineage lineage) implements LineageEvent {
  public ReferenceRequested {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
  }
}
