package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/**
 * The data set is imported: {@code lineage.dataset}; and, of a run on latents, {@code
 * lineage.latents}.
 */
public record DatasetReady(Run run, Lineage lineage) implements LineageEvent {
  public DatasetReady {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
  }
}
