package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The class weights need a reference model that is not there yet. */
public record ReferenceRequested(Run run, Lineage lineage) implements Event {
  @Override
  public String runId() {
    return run == null ? null : run.id();
  }
}
