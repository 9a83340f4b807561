package io.winnow.encoder;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.ShardEncode;
import io.winnow.contracts.event.ShardEncoded;
import io.winnow.contracts.event.Subject;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.models.surrogate.ShardEncoder;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.stage.api.JobContext;
import io.winnow.stage.api.Stage;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.tensor.Tensor;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Encodes one shard to {@code features/<digest>/shard-NNNNNN} with {@code features.safetensors}:
 * {@code features} float32 or float16 N×d, {@code labels} int32 N.
 */
final class EncodeStage implements Stage<ShardEncode> {
  private static final String UNIT = "images";
  private static final float LARGEST_FLOAT16 = 65_504;

  private final Subject subject;
  private final ArtifactStore store;
  private final Encoders encoders;
  private final Encodings encodings;

  EncodeStage(Subject subject, ArtifactStore store, Encoders encoders, Encodings encodings) {
    this.subject = subject;
    this.store = store;
    this.encoders = encoders;
    this.encodings = encodings;
  }

  @Override
  public String name() {
    return Encoding.stageName(subject);
  }

  @Override
  public boolean silent() {
    return true;
  }

  @Override
  public Address address(ShardEncode event) {
    return Encoding.of(event).part(event.shard());
  }

  @Override
  public void run(ShardEncode event, JobContext job) {
    Encoding encoding = Encoding.of(event);
    Dataset dataset = Dataset.open(store, encoding.images());
    List<Manifest.Entry> shards = dataset.shards();
    if (event.shard() < 0 || event.shard() >= shards.size()) {
      throw new InvalidInputException(
          "%s has %d shards, no shard %d"
              .formatted(encoding.images().address(), shards.size(), event.shard()),
          "publish shard.encode only for the shards of the data set's manifest");
    }
    Surrogate encoder = encoders.open(store, encoding.lineage().require(LineageKey.ENCODER));
    long before = encodings.shards(encoding).rows(shards);
    long total = rows(shards);
    ImageBatch batch = dataset.read(shards.get(event.shard()));
    int d = encoder.dimension();
    float[] features =
        ShardEncoder.features(
            encoder, batch, rows -> job.progress(before + rows, total, UNIT, null));
    Tensor stored = stored(encoding.stored(), features, batch.rows(), d);
    write(job, shards.get(event.shard()), dataset.classes().size(), stored, batch.labels());
    job.cost(new StageRecord.Cost(0, batch.rows()));
  }

  private static Tensor stored(FeatureType type, float[] features, int rows, int d) {
    if (type == FeatureType.FLOAT32) {
      return Tensor.of(features, rows, d);
    }
    for (float feature : features) {
      if (Math.abs(feature) > LARGEST_FLOAT16) {
        throw new InvalidInputException(
            "a feature is " + feature + ", but the largest float16 is " + LARGEST_FLOAT16,
            "set surrogate.features to float32, or use a surrogate with smaller features");
      }
    }
    return Tensor.ofFloat16(features, rows, d);
  }

  private static void write(
      JobContext job, Manifest.Entry shard, int classes, Tensor features, int[] labels) {
    int d = (int) features.shape()[1];
    new FeatureRows(d, features.floats(), labels).requireFinite();
    job.draft()
        .putTensors(
            Encoding.FEATURES,
            Map.of("features", features, "labels", Tensor.of(labels, labels.length)),
            (long) labels.length,
            shard.split());
    job.draft().attribute("dimension", d);
    job.draft().attribute("classes", classes);
  }

  /** Also reports the progress of the whole data set: a single shard is too short for a rate. */
  @Override
  public List<Event> next(ShardEncode event, Artifact artifact) {
    Encoding encoding = Encoding.of(event);
    ShardEncoded encoded = encoding.encoded(event.shard(), event.shards(), artifact, "");
    List<Manifest.Entry> shards = Dataset.open(store, encoding.images()).shards();
    EncodedShards committed = encodings.shards(encoding);
    committed.add(event.shard());
    long total = rows(shards);
    if (committed.complete(shards.size())) {
      // the collecting stage reports the end
      return List.of(encoded);
    }
    long done = committed.rows(shards);
    double seconds = artifact.cost().seconds();
    double rate = seconds > 0 ? shards.get(event.shard()).object().rows() / seconds : 0;
    return List.of(
        new RunProgress(
            event.runId(),
            name(),
            RunProgress.State.RUNNING,
            done,
            total,
            UNIT,
            rate,
            rate > 0 ? (total - done) / rate : null,
            encoding.address().path(),
            null,
            null,
            Instant.now()),
        encoded);
  }

  private static long rows(List<Manifest.Entry> shards) {
    return shards.stream().mapToLong(s -> s.object().rows()).sum();
  }
}
