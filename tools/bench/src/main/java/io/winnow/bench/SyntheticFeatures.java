package io.winnow.bench;

import io.winnow.artifacts.features.Features;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Random features in the store's format. Each row is normally distributed around the mean of a
 * random class; each feature has its own standard deviation in [½, 3/2]. Rows depend only on the
 * seed and their index; classes are in random order, as in shuffled data.
 *
 * @param rows number of rows N
 * @param dimension features per row, d
 * @param classes number of classes
 * @param features type in which features are stored
 */
public record SyntheticFeatures(
    int rows, int dimension, int classes, FeatureType features, long seed) {
  static final String SPLIT = "train";
  private static final int VALUES_PER_SHARD = 1 << 24;

  /** Returns the stored features, generating them if they are missing. */
  public Features in(ArtifactStore store) {
    Address address = Address.of("features", "synthetic", "1", this, List.of());
    return Features.open(
        store, store.find(address.path()).orElseGet(() -> generate(store.draft(address))).ref());
  }

  private Artifact generate(ArtifactDraft draft) {
    draft.attribute("dimension", dimension);
    draft.attribute("classes", classes);
    int each = Math.max(1, VALUES_PER_SHARD / dimension);
    for (int first = 0; first < rows; first += each) {
      int count = Math.min(each, rows - first);
      draft.putTensors(
          "shard-%06d/features.safetensors".formatted(first / each),
          shard(first, count),
          (long) count,
          SPLIT);
    }
    return draft.commit(new StageRecord.Cost(0, 0));
  }

  private Map<String, Tensor> shard(int first, int count) {
    int[] labels = new int[count];
    Arrays.setAll(
        labels, i -> (int) Long.remainderUnsigned(Seeds.of(seed, "label", first + i), classes));
    float[] values = new float[count * dimension];
    double[] spread =
        new SplittableRandom(Seeds.of(seed, "spread")).doubles(dimension, 0.5, 1.5).toArray();
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              SplittableRandom mean = new SplittableRandom(Seeds.of(seed, "mean", labels[i]));
              SplittableRandom row = new SplittableRandom(Seeds.of(seed, "row", first + i));
              for (int j = 0; j < dimension; j++) {
                values[i * dimension + j] =
                    (float) (mean.nextDouble() + spread[j] * row.nextGaussian());
              }
            });
    return Map.of(
        "features",
        features == FeatureType.FLOAT16
            ? Tensor.ofFloat16(values, count, dimension)
            : Tensor.of(values, count, dimension),
        "labels",
        Tensor.of(labels, count));
  }
}
