package io.winnow.contracts.event;

import java.util.Arrays;
import java.util.Optional;

/**
 * Every event, its CloudEvents type, which is also its topic, and the default number of partitions
 * of the topic. Work that scales with replicas has many; topics for watchers have one, so that they
 * are read in order.
 */
public enum EventType {
  RUN_REQUESTED("winnow.run.requested.v1", RunRequested.class, 3),
  DATASET_IMPORTED("winnow.dataset.imported.v1", DatasetImported.class, 3),
  DATASET_READY("winnow.dataset.ready.v1", DatasetReady.class, 3),
  SHARD_ENCODE("winnow.shard.encode.v1", ShardEncode.class, 12),
  SHARD_ENCODED("winnow.shard.encoded.v1", ShardEncoded.class, 3),
  FEATURES_READY("winnow.features.ready.v1", FeaturesReady.class, 3),
  CORESET_SELECTED("winnow.coreset.selected.v1", CoresetSelected.class, 3),
  REFERENCE_REQUESTED("winnow.reference.requested.v1", ReferenceRequested.class, 3),
  REFERENCE_TRAINED("winnow.reference.trained.v1", ReferenceTrained.class, 3),
  LOSSES_SCORED("winnow.losses.scored.v1", LossesScored.class, 3),
  WEIGHTS_DERIVED("winnow.weights.derived.v1", WeightsDerived.class, 3),
  MODEL_TRAINED("winnow.model.trained.v1", ModelTrained.class, 3),
  SAMPLES_GENERATED("winnow.samples.generated.v1", SamplesGenerated.class, 3),
  MODEL_EVALUATED("winnow.model.evaluated.v1", ModelEvaluated.class, 3),
  RUN_PROGRESS("winnow.run.progress.v1", RunProgress.class, 1),
  RUN_FAILED("winnow.run.failed.v1", RunFailed.class, 1),
  RUN_CANCEL("winnow.run.cancel.v1", RunCancel.class, 1);

  private final String topic;
  private final Class<? extends Event> record;
  private final int partitions;

  EventType(String topic, Class<? extends Event> record, int partitions) {
    this.topic = topic;
    this.record = record;
    this.partitions = partitions;
  }

  /** The topic's name, and the CloudEvents type of its records. */
  public String topic() {
    return topic;
  }

  /** The topic for records that cannot be read or have failed permanently. */
  public String deadLetterTopic() {
    return topic + ".dlq";
  }

  public Class<? extends Event> record() {
    return record;
  }

  public int partitions() {
    return partitions;
  }

  public static EventType of(Event event) {
    return of(event.getClass());
  }

  /** The type whose events are this record. */
  public static EventType of(Class<? extends Event> record) {
    return Arrays.stream(values()).filter(t -> t.record == record).findFirst().orElseThrow();
  }

  public static Optional<EventType> ofTopic(String topic) {
    return Arrays.stream(values()).filter(t -> t.topic.equals(topic)).findFirst();
  }
}
