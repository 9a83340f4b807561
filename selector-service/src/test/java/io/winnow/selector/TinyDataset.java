package io.winnow.selector;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A data set of 2×2 images and its features, as the encoder leaves them: two train shards of uneven
 * length and one held out.
 */
final class TinyDataset {
  static final List<String> CLASSES = List.of("ant", "bee", "cow");
  static final int DIMENSION = 4;
  static final int TRAIN_ROWS = 50;

  final FeatureRows train;
  private final long seed;

  TinyDataset(long seed) {
    this.seed = seed;
    Random random = new Random(seed);
    float[] features = new float[TRAIN_ROWS * DIMENSION];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    int[] labels = random.ints(TRAIN_ROWS, 0, CLASSES.size()).toArray();
    this.train = new FeatureRows(DIMENSION, features, labels);
  }

  /** Images of 2×2; every pixel of image i is i. */
  ArtifactRef putImages(ArtifactStore store) {
    return putImages(store, "tiny", 2);
  }

  /** The same of another name and size. */
  ArtifactRef putImages(ArtifactStore store, String name, int side) {
    ImageShape shape = new ImageShape(1, side, side);
    ArtifactDraft draft =
        store.draft(
            Address.of(
                "datasets/" + name, "import", "1", Map.of("seed", seed, "side", side), List.of()));
    Dataset.describe(draft, CLASSES, shape);
    byte[] images = new byte[TRAIN_ROWS * shape.bytes()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (byte) (i / shape.bytes());
    }
    ImageBatch all = new ImageBatch(shape, images, train.labels());
    putShard(draft, 0, all, 0, 30, "train");
    putShard(draft, 1, all, 30, TRAIN_ROWS, "train");
    putShard(draft, 2, all, 0, 5, "heldout");
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  /**
   * @param rows how many of the train rows have features
   */
  ArtifactRef putFeatures(ArtifactStore store, int rows) {
    return putFeatures(store, rows, List.of());
  }

  /**
   * @param inputs digests of the images and the encoder that they are of
   */
  ArtifactRef putFeatures(ArtifactStore store, int rows, List<String> inputs) {
    ArtifactDraft draft =
        store.draft(Address.of("features", "encode", "1", Map.of("seed", seed, "n", rows), inputs));
    draft.attribute("dimension", DIMENSION);
    draft.attribute("classes", CLASSES.size());
    putFeatures(draft, 0, 0, 30, "train");
    putFeatures(draft, 1, 30, rows, "train");
    putFeatures(draft, 2, 0, 5, "heldout");
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  private static void putShard(
      ArtifactDraft draft, int shard, ImageBatch all, int from, int to, String split) {
    int[] rows = IntStream.range(from, to).toArray();
    draft.putTensors(
        name(shard) + ".safetensors", Dataset.tensors(all.rows(rows)), (long) rows.length, split);
  }

  private void putFeatures(ArtifactDraft draft, int shard, int from, int to, String split) {
    float[] features = Arrays.copyOfRange(train.features(), from * DIMENSION, to * DIMENSION);
    int[] labels = Arrays.copyOfRange(train.labels(), from, to);
    draft.putTensors(
        name(shard) + "/features.safetensors",
        Map.of(
            "features", Tensor.of(features, labels.length, DIMENSION),
            "labels", Tensor.of(labels, labels.length)),
        (long) labels.length,
        split);
  }

  private static String name(int shard) {
    return String.format("shard-%06d", shard);
  }
}
