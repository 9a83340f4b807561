package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/**
 * A stage is done, or work for one: the run and the artifacts that it has so far. Most of these
 * events say nothing more.
 */
public sealed interface LineageEvent extends Event
    permits DatasetImported,
        DatasetReady,
        ShardEncode,
        ShardEncoded,
        FeaturesReady,
        CoresetSelected,
        ReferenceRequested,
        ReferenceTrained,
        LossesScored,
        WeightsDerived,
        ModelTrained,
        SamplesGenerated,
        ModelEvaluated {
  /** What was requested. */
  Run run();

  /** The artifacts that the run has made or reused. */
  Lineage lineage();

  @Override
  default String runId() {
    return run().id();
  }
}
