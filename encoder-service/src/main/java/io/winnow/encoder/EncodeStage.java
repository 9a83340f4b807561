package io.winnow.encoder;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.StepRecord;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ShardEncode;
import io.winnow.contracts.event.Subject;
import io.winnow.diffusion.classifier.Surrogate;
import io.winnow.stage.Stage;
import io.winnow.stage.Work;
import io.winnow.storage.artifact.Address;
import io.winnow.storage.artifact.Committed;
import io.winnow.storage.artifact.Manifest;
import io.winnow.storage.dataset.Dataset;
import io.winnow.storage.dataset.ImageBatch;
import io.winnow.storage.dataset.ImageShape;
import io.winnow.storage.features.FeatureStatistics;
import io.winnow.storage.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * From one shard to its features: {@code features/<digest>/shard-NNNNNN} with {@code
 * features.safetensors} ({@code features} float32 N×d, {@code labels} int32 N) and {@code
 * statistics.safetensors} ({@link FeatureStatistics}).
 */
final class EncodeStage implements Stage<ShardEncode> {
  private static final int ROWS_AT_A_TIME = 256;

  private final Subject subject;
  private final Encoders encoders;

  EncodeStage(Subject subject, Encoders encoders) {
    this.subject = subject;
    this.encoders = encoders;
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
  public void run(ShardEncode event, Work work) {
    Encoding encoding = Encoding.of(event);
    Dataset dataset = Dataset.open(work.store(), encoding.images());
    List<Manifest.Entry> shards = dataset.shards();
    if (event.shard() < 0 || event.shard() >= shards.size()) {
      throw new InvalidInputException(
          "%s has %d shards, no shard %d"
              .formatted(encoding.images().address(), shards.size(), event.shard()),
          "publish shard.encode for the shards of the data set's manifest");
    }
    Surrogate encoder = encoders.open(work.store(), encoding.lineage().encoder());
    Progress progress = new Progress(work, encoding, shards, event.shard());
    ImageBatch batch = dataset.read(shards.get(event.shard()));
    int d = encoder.dimension();
    float[] features = new float[Math.multiplyExact(batch.rows(), d)];
    progress.report(0);
    for (int from = 0; from < batch.rows(); from += ROWS_AT_A_TIME) {
      int to = Math.min(batch.rows(), from + ROWS_AT_A_TIME);
      float[] some = features(encoder, batch.rows(IntStream.range(from, to).toArray()));
      System.arraycopy(some, 0, features, from * d, some.length);
      progress.report(to);
    }
    write(work, shards.get(event.shard()), dataset.classes().size(), d, features, batch.labels());
    work.cost(new StepRecord.Cost(0, batch.rows()));
  }

  private static float[] features(Surrogate encoder, ImageBatch batch) {
    ImageShape s = batch.shape();
    return encoder.features(batch.images(), batch.rows(), s.channels(), s.height(), s.width());
  }

  private static void write(
      Work work, Manifest.Entry shard, int classes, int d, float[] features, int[] labels) {
    FeatureStatistics statistics = new FeatureStatistics(classes, d);
    statistics.add(features, labels);
    work.draft()
        .putTensors(
            Encoding.FEATURES,
            Map.of(
                "features", Tensor.of(features, labels.length, d),
                "labels", Tensor.of(labels, labels.length)),
            (long) labels.length,
            shard.split());
    work.draft().putTensors(Encoding.STATISTICS, statistics.tensors(), null, shard.split());
    work.draft().attribute("dimension", d);
    work.draft().attribute("classes", classes);
  }

  @Override
  public List<Event> next(ShardEncode event, Committed artifact) {
    return List.of(
        Encoding.of(event).encoded(event.shard(), event.shards(), artifact, ""));
  }

  /** Images of the whole data set, not of one shard, whoever encoded them. */
  private static final class Progress {
    private final Work work;
    private final long before;
    private final long total;

    Progress(Work work, Encoding encoding, List<Manifest.Entry> shards, int shard) {
      this.work = work;
      this.before =
          Parts.present(work.store().objects(), encoding.address()).stream()
              .filter(i -> i != shard && i < shards.size())
              .mapToLong(i -> shards.get(i).object().rows())
              .sum();
      this.total = shards.stream().mapToLong(s -> s.object().rows()).sum();
    }

    void report(int rows) {
      work.progress(before + rows, total, "images", null);
    }
  }
}
