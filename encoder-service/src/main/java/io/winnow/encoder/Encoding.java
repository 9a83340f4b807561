package io.winnow.encoder;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.StageNames;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.ShardEncode;
import io.winnow.contracts.event.ShardEncoded;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.datasets.Dataset;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The encoding of a data set, or of a model's samples, by one encoder: {@code features/<digest>},
 * with one part per shard and a manifest of all parts.
 *
 * @param lineage with the encoder, and the data set or samples to encode
 */
record Encoding(Run run, Lineage lineage, Subject subject) {
  static final String FEATURES = "features.safetensors";
  private static final String VERSION = "3";

  Encoding {
    lineage.require(LineageKey.ENCODER);
    images(lineage, subject);
  }

  static Encoding of(ShardEncode event) {
    return new Encoding(event.run(), event.lineage(), event.subject()).checked(event.features());
  }

  static Encoding of(ShardEncoded event) {
    return new Encoding(event.run(), event.lineage(), event.subject()).checked(event.features());
  }

  private Encoding checked(String features) {
    if (!address().path().equals(features)) {
      throw new InvalidInputException(
          "run "
              + run.id()
              + " requests "
              + features
              + ", but its lineage leads to "
              + address().path(),
          "publish the event with the lineage that determines its features address");
    }
    return this;
  }

  private static ArtifactRef images(Lineage lineage, Subject subject) {
    return lineage.require(subject == Subject.DATASET ? LineageKey.DATASET : LineageKey.SAMPLES);
  }

  /** The data set or samples to encode. */
  ArtifactRef images() {
    return images(lineage, subject);
  }

  /** The address of all features. */
  Address address() {
    return Address.of("features", "encode", VERSION, parameters(), inputs());
  }

  /** The address of one shard's features. */
  Address part(int shard) {
    return address()
        .part(partName(shard), "encode-shard", VERSION, Map.of("shard", shard), inputs());
  }

  private Map<String, FeatureType> parameters() {
    return Map.of("features", stored());
  }

  /** How the features are stored. */
  FeatureType stored() {
    return run.spec().surrogate().features();
  }

  static String partName(int shard) {
    return "shard-%06d".formatted(shard);
  }

  private List<String> inputs() {
    return List.of(images().digest(), lineage.require(LineageKey.ENCODER).digest());
  }

  /**
   * The events that start the encoding: one request per shard or, if all features exist already,
   * one event that the first shard is encoded, which makes {@link CollectStage} find them.
   */
  List<Event> begin(ArtifactStore store) {
    List<Manifest.Entry> shards = Dataset.open(store, images()).shards();
    return store
        .reuse(address().path())
        .map(features -> List.<Event>of(encoded(0, shards.size(), features, partName(0) + "/")))
        .orElseGet(
            () ->
                IntStream.range(0, shards.size())
                    .mapToObj(i -> (Event) request(i, shards))
                    .toList());
  }

  private ShardEncode request(int shard, List<Manifest.Entry> shards) {
    return new ShardEncode(
        run,
        lineage,
        subject,
        address().path(),
        shard,
        shards.size(),
        shards.get(shard).object(),
        shards.get(shard).split());
  }

  /**
   * The event that reports a shard.
   *
   * @param artifact contains the shard's features
   * @param prefix of their name in the artifact
   */
  ShardEncoded encoded(int shard, int shards, Artifact artifact, String prefix) {
    return new ShardEncoded(
        run,
        lineage,
        subject,
        address().path(),
        shard,
        shards,
        artifact.entry(prefix + FEATURES).object());
  }

  /** The event that reports all features. */
  FeaturesReady ready(ArtifactRef features) {
    Lineage known =
        subject == Subject.DATASET
            ? lineage.with(LineageKey.FEATURES, features)
            : lineage.with(LineageKey.SAMPLE_FEATURES, features);
    return new FeaturesReady(run, known, subject);
  }

  /** The name of the stages that handle a subject: samples have their own. */
  static String stageName(Subject subject) {
    return subject == Subject.DATASET ? StageNames.ENCODE : StageNames.ENCODE_SAMPLES;
  }
}
