package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/**
 * The data set of a run on latents is imported: {@code lineage.dataset}. {@link DatasetReady}
 * follows once its latents exist.
 */
public record DatasetImported(Run run, Lineage lineage) implements LineageEvent {
  public DatasetImported {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
  }
}
