package io.winnow.trainer;

import io.winnow.artifacts.Coreset;
import io.winnow.artifacts.ClassWeights;
import io.winnow.artifacts.features.FeatureStatistics;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.Lineage;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** A run of 8×8 images in two classes with all that comes before the trainer in the store. */
public final class TinyRun {
  public static final ImageShape SHAPE = new ImageShape(1, 8, 8);
  public static final int TRAIN = 40;
  public static final int HELDOUT = 20;
  private static final int DIMENSION = 4;
  private static final StageRecord.Cost FREE = new StageRecord.Cost(0, 0);

  private TinyRun() {}

  /** Ten steps of eight images, twelve samples in three steps. */
  public static Run run(String id) {
    return run(id, "");
  }

  /**
   * @param more further fields of the spec's JSON, each with a comma after it
   */
  public static Run run(String id, String more) {
    return run(id, more, "", "");
  }

  /**
   * @param training further fields of the training, each after a comma; likewise the sampling's
   */
  public static Run run(String id, String more, String training, String sampling) {
    String json =
        """
        {%s
         "dataset": {"source": "tiny"},
         "model": {"preset": "ddpm-tiny", "channels": 8, "attentionResolutions": [], "dropout": 0.1},
         "reweight": {"model": {"preset": "ddpm-tiny", "channels": 8, "attentionResolutions": []},
                      "referenceImages": 32, "batch": 8},
         "training": {"images": 80, "batch": 8, "checkpointImages": 24, "warmupImages": 16%s},
         "sampling": {"images": 12, "steps": 3, "batch": 2, "gridPerClass": 3%s},
         "seed": 7}
        """
            .formatted(more, training, sampling);
    RunSpec spec = RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "spec of " + id);
    return new Run(id, spec, Instant.parse("2026-01-02T03:04:05Z"));
  }

  /** A run whose reference sees so many images. */
  public static Run reference(String id, long images, long seed) {
    Run run = run(id);
    String json =
        Json.pretty(run.spec())
            .replace("\"referenceImages\" : 32", "\"referenceImages\" : " + images)
            .replace("\"seed\" : 7", "\"seed\" : " + seed);
    RunSpec spec = RunSpec.parse(json.getBytes(StandardCharsets.UTF_8), "spec of " + id);
    return new Run(id, spec, run.requestedAt());
  }

  /** Data set, encoder, features, coreset (every other row) and weights (1.2, 0.8). */
  public static Lineage upToWeights(ArtifactStore store) {
    ArtifactRef dataset = dataset(store);
    ArtifactRef features = features(store, dataset, "features");
    return Lineage.of(dataset)
        .with(LineageKey.ENCODER, small(store, "models", "surrogate", Map.of()))
        .with(LineageKey.FEATURES, features)
        .with(LineageKey.CORESET, coreset(store, dataset))
        .with(LineageKey.WEIGHTS, weights(store, List.of(1.2, 0.8)));
  }

  /** Class weights, as if they were derived from the frequencies. */
  public static ArtifactRef weights(ArtifactStore store, List<Double> weights) {
    ArtifactDraft draft =
        store.draft(
            Address.of("weights", "reweight", "1", Map.of("weights", weights), List.of()));
    new ClassWeights.InverseFrequency(
            List.of("above", "below"),
            weights.stream().mapToDouble(Double::doubleValue).toArray(),
            new long[] {1, 1},
            10,
            "none")
        .write(draft);
    return draft.commit(FREE).ref();
  }

  /** Images of class 0 are bright above, those of class 1 below; all with noise. */
  public static ImageBatch images(int rows, long seed) {
    Random random = new Random(seed);
    byte[] images = new byte[rows * SHAPE.bytes()];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = i % 2;
      for (int p = 0; p < SHAPE.bytes(); p++) {
        boolean bright = p / (SHAPE.bytes() / 2) == labels[i];
        images[i * SHAPE.bytes() + p] = (byte) ((bright ? 180 : 40) + random.nextInt(40));
      }
    }
    return new ImageBatch(SHAPE, images, labels);
  }

  public static ArtifactRef dataset(ArtifactStore store) {
    ArtifactDraft draft = draft(store, "datasets/tiny", "import");
    Dataset.describe(draft, List.of("above", "below"), SHAPE);
    put(draft, 0, images(TRAIN / 2, 1), "train");
    put(draft, 1, images(TRAIN / 2, 2), "train");
    put(draft, 2, images(HELDOUT, 3), "heldout");
    return draft.commit(FREE).ref();
  }

  private static void put(ArtifactDraft draft, int shard, ImageBatch batch, String split) {
    draft.putTensors(
        String.format("shard-%06d.safetensors", shard),
        Dataset.tensors(batch),
        (long) batch.rows(),
        split);
  }

  /** What an encoder would make of a data set: the mean brightness of each quarter. */
  public static ArtifactRef features(ArtifactStore store, ArtifactRef ref, String name) {
    Dataset dataset = Dataset.open(store, ref);
    ArtifactDraft draft =
        store.draft(Address.of("features", name, "1", Map.of(), List.of(ref.digest())));
    for (Manifest.Entry shard : dataset.shards()) {
      ImageBatch batch = dataset.read(shard);
      float[] features = quarters(batch);
      FeatureStatistics statistics = new FeatureStatistics(dataset.classes().size(), DIMENSION);
      statistics.add(features, batch.labels());
      String folder = shard.name().replace(".safetensors", "");
      long rows = batch.rows();
      draft.putTensors(
          folder + "/features.safetensors",
          Map.of(
              "features", Tensor.of(features, rows, DIMENSION),
              "labels", Tensor.of(batch.labels(), rows)),
          rows,
          shard.split());
      draft.putTensors(
          folder + "/statistics.safetensors", statistics.tensors(), null, shard.split());
    }
    draft.attribute("dimension", DIMENSION);
    draft.attribute("classes", dataset.classes().size());
    Map<String, Integer> rows = new TreeMap<>();
    dataset.shards().forEach(s -> rows.put(s.split(), dataset.rows(s.split())));
    draft.attribute("rows", rows);
    return draft.commit(FREE).ref();
  }

  private static float[] quarters(ImageBatch batch) {
    int part = SHAPE.bytes() / DIMENSION;
    float[] features = new float[batch.rows() * DIMENSION];
    for (int i = 0; i < batch.images().length; i++) {
      features[i / part] += (batch.images()[i] & 0xFF) / 255f / part;
    }
    return features;
  }

  private static ArtifactRef coreset(ArtifactStore store, ArtifactRef dataset) {
    ArtifactDraft draft =
        store.draft(Address.of("coresets", "select", "1", Map.of(), List.of(dataset.digest())));
    long[] indices =
        LongStream.range(0, TRAIN).filter(row -> row % 4 == 0 || row % 4 == 1).toArray();
    int[] labels = LongStream.range(0, TRAIN).mapToInt(row -> (int) row % 2).toArray();
    new Coreset(indices, new double[TRAIN], labels).write(draft);
    draft.put("topKept.png", new byte[] {1}, null, null);
    return draft.commit(FREE).ref();
  }

  /** An artifact of one JSON object, named after its prefix. */
  public static ArtifactRef small(
      ArtifactStore store, String prefix, String stage, Map<String, Object> content) {
    ArtifactDraft draft = store.draft(Address.of(prefix, stage, "1", content, List.of()));
    draft.put(prefix + ".json", Json.bytes(content), null, null);
    return draft.commit(FREE).ref();
  }

  private static ArtifactDraft draft(ArtifactStore store, String prefix, String stage) {
    return store.draft(Address.of(prefix, stage, "1", Map.of(), List.of()));
  }
}
