package io.winnow.contracts.event;

/** Anything said on a topic. */
public sealed interface Event
    permits RunRequested,
        DatasetImported,
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
        ModelEvaluated,
        RunProgress,
        RunFailed,
        RunCancel {
  String runId();

  /**
   * The record's key. Records of one key stay in order on one partition: a run's, but for work that
   * replicas share.
   */
  default String key() {
    return runId();
  }
}
