package io.winnow.encoder;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.FeaturesReady;
import io.winnow.contracts.event.ShardEncode;
import io.winnow.contracts.event.ShardEncoded;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.datasets.Dataset;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.store.artifact.Manifest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The encoding of a data set, or of a model's samples, by one encoder: {@code features/<digest>}, a
 * part of its own for each shard, and a manifest over all of them.
 *
 * @param lineage with the encoder, and the data set or samples to encode
 */
record Encoding(Run run, Lineage lineage, Subject subject) {
  static final String FEATURES = "features.safetensors";
  private static final String VERSION = "3";

  Encoding {
    if (lineage == null || lineage.encoder() == null || images(lineage, subject) == null) {
      throw new InvalidInputException(
          "run " + run.id() + " asks for features without naming encoder and images",
          "publish the event with lineage.encoder and lineage."
              + (subject == Subject.DATASET ? "dataset" : "samples"));
    }
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
              + " asks for "
              + features
              + ", but its lineage leads to "
              + address().path(),
          "publish the event with the lineage that its features address was made from");
    }
    return this;
  }

  private static ArtifactRef images(Lineage lineage, Subject subject) {
    return subject == Subject.DATASET ? lineage.dataset() : lineage.samples();
  }

  /** What is encoded. */
  ArtifactRef images() {
    return images(lineage, subject);
  }

  /** All its features. */
  Address address() {
    return Address.of("features", "encode", VERSION, parameters(), inputs());
  }

  /** The features of one shard. */
  Address part(int shard) {
    return address()
        .part(partName(shard), "encode-shard", VERSION, Map.of("shard", shard), inputs());
  }

  // float32 goes without saying, as in the addresses from before there was a choice
  private Map<String, FeatureType> parameters() {
    return stored() == FeatureType.FLOAT32 ? Map.of() : Map.of("features", stored());
  }

  /** How the features are stored. */
  FeatureType stored() {
    return run.spec().surrogate().features();
  }

  static String partName(int shard) {
    return "shard-%06d".formatted(shard);
  }

  private List<String> inputs() {
    return List.of(images().digest(), lineage.encoder().digest());
  }

  /**
   * What starts it: a work order a shard; or, where all features are there already, the news that
   * one shard is encoded, which makes {@link CollectStage} find them.
   */
  List<Event> begin(ArtifactStore store) {
    List<Manifest.Entry> shards = Dataset.open(store, images()).shards();
    return store
        .find(address().path())
        .map(features -> List.<Event>of(encoded(0, shards.size(), features, partName(0) + "/")))
        .orElseGet(
            () ->
                IntStream.range(0, shards.size()).mapToObj(i -> (Event) order(i, shards)).toList());
  }

  private ShardEncode order(int shard, List<Manifest.Entry> shards) {
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
   * @param artifact that holds the shard's features
   * @param prefix of their name in it
   */
  ShardEncoded encoded(int shard, int shards, Committed artifact, String prefix) {
    return new ShardEncoded(
        run,
        lineage,
        subject,
        address().path(),
        shard,
        shards,
        artifact.entry(prefix + FEATURES).object());
  }

  /** What to say when all features are there. */
  FeaturesReady ready(ArtifactRef features) {
    Lineage known =
        subject == Subject.DATASET
            ? lineage.withFeatures(features)
            : lineage.withSampleFeatures(features);
    return new FeaturesReady(run, known, subject);
  }

  /** The name of a stage that handles this subject: the samples' work is told apart. */
  static String stageName(Subject subject) {
    return subject == Subject.DATASET ? "encode" : "encode-samples";
  }
}
