package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The class weights need a reference model that is not there yet. */
public record ReferenceRequested(Run run, Lineage lineage) implements LineageEvent {
  public ReferenceRequested {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
  }
}
