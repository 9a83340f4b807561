package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The coreset is selected: {@code lineage.coreset}. */
public record CoresetSelected(Run run, Lineage lineage) implements LineageEvent {
  public CoresetSelected {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
  }
}
