package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/**
 * All features of a data set or of a model's samples are there.
 *
 * @param subject {@code DATASET}: {@code lineage.features}; {@code SAMPLES}: {@code
 *     lineage.sampleFeatures}
 */
public record FeaturesReady(Run run, Lineage lineage, Subject subject) implements Event {
  @Override
  public String runId() {
    return run == null ? null : run.id();
  }
}
