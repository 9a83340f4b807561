package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The class weights are derived: {@code lineage.weights}. */
public record WeightsDerived(Run run, Lineage lineage) implements LineageEvent {
  public WeightsDerived {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
  }
}
