package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The coreset is chosen: {@code lineage.coreset}. */
public record CoresetSelected(Run run, Lineage lineage) implements Event {
  @Override
  public String runId() {
    return run == null ? null : run.id();
  }
}
