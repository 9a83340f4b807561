package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/**
 * All features of a data set or of a model's samples are complete.
 *
 * @param subject {@code DATASET}: {@code lineage.features}; {@code SAMPLES}: {@code
 *     lineage.sampleFeatures}
 */
public record FeaturesReady(Run run, Lineage lineage, Subject subject) implements LineageEvent {
  public FeaturesReady {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
    Mandatory.field("subject", subject);
  }
}
