package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The reference model is available: {@code lineage.reference}. */
public record ReferenceTrained(Run run, Lineage lineage) implements LineageEvent {
  public ReferenceTrained {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
  }
}
