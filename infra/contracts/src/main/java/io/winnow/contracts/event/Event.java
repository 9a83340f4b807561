package io.winnow.contracts.event;

/** Anything said on a topic; the run id is the record's key. */
public sealed interface Event
    permits RunRequested,
        DatasetReady,
        ShardEncode,
        ShardEncoded,
        FeaturesReady,
        CoresetSelected,
        ReferenceRequested,
        ReferenceTrained,
        WeightsDerived,
        ModelTrained,
        SamplesGenerated,
        ModelEvaluated,
        RunProgress,
        RunFailed,
        RunCancel {
  String runId();
}
