package io.winnow.reweight;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.Json;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.models.ModelFile;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.TrainingPlan;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Small inputs of the stages, as the other services leave them. */
final class TinyRun {
  static final List<String> CLASSES = List.of("plain", "noisy");
  static final int ROWS = 40;

  private TinyRun() {}

  /**
   * @param seed runs of one seed share their reference
   * @param reweight the spec's settings of that name, JSON members; they come on top of a small
   *     model
   */
  static Run of(String id, long seed, String reweight) {
    return of(id, seed, reweight, 8);
  }

  /** The same with a proxy of another width than the reference, which has 8 channels. */
  static Run of(String id, long seed, String reweight, int proxyChannels) {
    String spec =
        """
        {"dataset": {"source": "tiny"}, "seed": %d,
         "training": {"warmupImages": 16},
         "reweight": {"model": {"channels": %d, "channelMultipliers": [1], "attentionResolutions": []},
                      "referenceModel": {"channels": 8, "channelMultipliers": [1], "attentionResolutions": []},
                      "batch": 8, "proxyImages": 60, "referenceImages": 16}}
        """
            .formatted(seed, proxyChannels);
    ObjectNode tree = object(spec);
    ((ObjectNode) tree.get("reweight")).setAll(object("{" + reweight + "}"));
    return new Run(id, RunSpec.parse(Json.bytes(tree), "spec"), Instant.EPOCH);
  }

  private static ObjectNode object(String json) {
    return Json.parse(json.getBytes(StandardCharsets.UTF_8), ObjectNode.class, "JSON");
  }

  /** The same run with attention of the proxy at feature maps of a width. */
  static Run attending(Run run, int width) {
    // the proxy's is the first in the order of fields
    byte[] spec =
        Json.pretty(run.spec())
            .replaceFirst(
                "\"attentionResolutions\" : \\[ ]", "\"attentionResolutions\" : [" + width + "]")
            .getBytes(StandardCharsets.UTF_8);
    return new Run(run.id(), RunSpec.parse(spec, "spec"), run.requestedAt());
  }

  /** The same run with another noise schedule. */
  static Run cosine(Run run) {
    byte[] spec =
        Json.pretty(run.spec())
            .replace("\"linear\"", "\"cosine\"")
            .getBytes(StandardCharsets.UTF_8);
    return new Run(run.id(), RunSpec.parse(spec, "spec"), run.requestedAt());
  }

  /** The same run with another criterion. */
  static Run selecting(Run run, String criterion) {
    byte[] spec =
        Json.pretty(run.spec())
            .replace("\"gaussian\"", "\"" + criterion + "\"")
            .getBytes(StandardCharsets.UTF_8);
    return new Run(run.id(), RunSpec.parse(spec, "spec"), run.requestedAt());
  }

  /** Class 0 is even grey, class 1 is noise. */
  static ArtifactRef putImages(ArtifactStore store, int size) {
    ImageShape shape = new ImageShape(1, size, size);
    ArtifactDraft draft =
        store.draft(Address.of("datasets/tiny", "import", "1", Map.of("size", size), List.of()));
    Dataset.describe(draft, CLASSES, shape);
    byte[] images = new byte[ROWS * shape.bytes()];
    new Random(1).nextBytes(images);
    int[] labels = new int[ROWS];
    for (int row = 0; row < ROWS; row++) {
      labels[row] = row % 2;
      if (labels[row] == 0) {
        Arrays.fill(images, row * shape.bytes(), (row + 1) * shape.bytes(), (byte) (row * 5));
      }
    }
    ImageBatch all = new ImageBatch(shape, images, labels);
    putShard(draft, 0, all, 0, 25, "train");
    putShard(draft, 1, all, 25, ROWS, "train");
    putShard(draft, 2, all, 0, 4, "heldout");
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  private static void putShard(
      ArtifactDraft draft, int shard, ImageBatch all, int from, int to, String split) {
    draft.putTensors(
        String.format("shard-%06d.safetensors", shard),
        Dataset.tensors(all.rows(IntStream.range(from, to).toArray())),
        (long) to - from,
        split);
  }

  /** The train split, in memory. */
  static ImageBatch rows(Dataset dataset) {
    ByteBuffer images = ByteBuffer.allocate(ROWS * dataset.shape().bytes());
    IntBuffer labels = IntBuffer.allocate(ROWS);
    for (Manifest.Entry shard : dataset.shards("train")) {
      ImageBatch batch = dataset.read(shard);
      images.put(batch.images());
      labels.put(batch.labels());
    }
    return new ImageBatch(dataset.shape(), images.array(), labels.array());
  }

  /** Keeps rows 0, 1, 3, 4, 6, 7 … */
  static ArtifactRef putCoreset(ArtifactStore store, ArtifactRef dataset) {
    ArtifactDraft draft =
        store.draft(Address.of("coresets", "select", "1", Map.of(), List.of(dataset.digest())));
    long[] indices = LongStream.range(0, ROWS).filter(row -> row % 3 != 2).toArray();
    draft.putTensors(
        "coreset.safetensors",
        Map.of(
            "indices", Tensor.of(indices, indices.length),
            "scores", Tensor.of(new double[ROWS], ROWS),
            "labels", Tensor.of(IntStream.range(0, ROWS).map(r -> r % 2).toArray(), ROWS)),
        (long) indices.length,
        null);
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  /** A model for the run's data set, trained for a few steps, at any address. */
  static ArtifactRef putReference(
      ArtifactStore store, Torch torch, Run run, ArtifactRef dataset, Address address) {
    Dataset images = Dataset.open(store, dataset);
    TrainingPlan plan = ProxyPlan.of(run, images);
    ArtifactDraft draft = store.draft(address);
    ImageBatch rows = rows(images);
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      float[] alike = new float[rows.rows()];
      Arrays.fill(alike, 1);
      for (int step = 0; step < 12; step++) {
        trainer.step(step, rows.images(), rows.labels(), alike);
      }
      new ModelFile(plan.model(), plan.schedule(), images.classes()).put(draft);
      draft.putTensors(ModelFile.EMA_WEIGHTS, trainer.emaWeights(), null, null);
      draft.putTensors(ModelFile.LAST_WEIGHTS, trainer.weights(), null, null);
    }
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }
}
