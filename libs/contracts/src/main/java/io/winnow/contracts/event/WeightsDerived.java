package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The class weights are there: {@code lineage.weights}. */
public record WeightsDerived(Run run, Lineage lineage) implements Event {
  @Override
  public String runId() {
    return run == null ? null : run.id();
  }
}
