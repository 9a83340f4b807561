package io.winnow.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetTest {
  private static final ImageShape SHAPE = new ImageShape(3, 2, 4);
  private static final StageRecord.Cost COST = new StageRecord.Cost(0, 0);

  @TempDir Path temp;

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final ArtifactStore store = new ArtifactStore(objects);

  /** Images first … first+n−1: every byte of image i is i, its label i mod 3. */
  private static ImageBatch batch(int first, int n) {
    byte[] images = new byte[n * SHAPE.bytes()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (byte) (first + i / SHAPE.bytes());
    }
    return new ImageBatch(
        SHAPE, images, IntStream.range(first, first + n).map(i -> i % 3).toArray());
  }

  private Dataset dataset(Map<String, Tensor> second) {
    ArtifactDraft draft =
        store.draft(Address.of("datasets/test", "import", "1", Map.of(), List.of()));
    Dataset.describe(draft, List.of("a", "b", "c"), SHAPE);
    draft.putTensors("shard-000002.safetensors", Dataset.tensors(batch(100, 4)), 4L, "heldout");
    draft.putTensors("shard-000001.safetensors", second, 2L, "train");
    draft.putTensors("shard-000000.safetensors", Dataset.tensors(batch(0, 5)), 5L, "train");
    return Dataset.open(store, draft.commit(COST).ref());
  }

  private Dataset dataset() {
    return dataset(Dataset.tensors(batch(5, 2)));
  }

  private ShardCache cache() {
    return new ShardCache(temp, 1 << 20);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 99})
  void firstRowsOfAShardAreReadAlone(int rows) {
    // given
    Dataset dataset = dataset();
    Manifest.Entry shard = dataset.shards("train").get(0);
    ImageBatch whole = dataset.read(shard);
    int count = Math.min(rows, whole.rows());

    // when
    ImageBatch first = dataset.readFirst(shard, rows);

    // then
    assertThat(first.rows()).isEqualTo(count);
    assertThat(first.labels()).containsExactly(Arrays.copyOf(whole.labels(), count));
    assertThat(first.images())
        .containsExactly(Arrays.copyOf(whole.images(), count * SHAPE.bytes()));
  }

  @Test
  void keepsLatentsAsFloats() {
    // given two latents of 4 channels
    ImageShape shape = new ImageShape(4, 1, 2, DType.F32);
    float[] values = new float[16];
    for (int i = 0; i < values.length; i++) {
      values[i] = -1.5f + i / 7f;
    }
    byte[] bytes = new byte[64];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    ArtifactDraft draft =
        store.draft(Address.of("datasets/latent", "latents", "1", Map.of(), List.of()));
    Dataset.describe(draft, List.of("a", "b"), shape);
    Map<String, Tensor> tensors = Dataset.tensors(new ImageBatch(shape, bytes, new int[] {1, 0}));
    draft.putTensors("shard-000000.safetensors", tensors, 2L, "train");

    // when they are opened again
    Dataset dataset = Dataset.open(store, draft.commit(COST).ref());

    // then
    assertThat(tensors.get("images").floats()).containsExactly(values);
    assertThat(dataset.shape()).isEqualTo(shape).hasToString("4×1×2 latent");
    assertSame(
        dataset.read(dataset.shards().get(0)), new ImageBatch(shape, bytes, new int[] {1, 0}));
    try (MappedRows rows = dataset.map(cache(), "train", new long[] {1}, (done, total) -> {})) {
      byte[] second = new byte[shape.bytes()];
      rows.copy(0, second, 0);
      assertThat(second).containsExactly(Arrays.copyOfRange(bytes, 32, 64));
      assertThat(rows.label(0)).isZero();
    }
  }

  @Test
  void anImageHasNoFourChannels() {
    assertThatThrownBy(() -> new ImageShape(4, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 or 3 channels");
    assertThatThrownBy(() -> new ImageShape(65, 2, 2, DType.F32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 64 channels");
  }

  @Test
  void opensWithWhatWasDescribed() {
    // given, when
    Dataset dataset = dataset();
    // then
    assertThat(dataset.classes()).containsExactly("a", "b", "c");
    assertThat(dataset.shape()).isEqualTo(SHAPE);
    assertThat(dataset.rows("train")).isEqualTo(7);
    assertThat(dataset.rows("heldout")).isEqualTo(4);
    assertThat(dataset.rows("samples")).isZero();
    assertThat(dataset.shards())
        .extracting(Manifest.Entry::name)
        .containsExactly(
            "shard-000000.safetensors", "shard-000001.safetensors", "shard-000002.safetensors");
    assertThat(dataset.shards("train")).hasSize(2);
    assertThat(dataset.artifact().attribute("rows", Map.class))
        .isEqualTo(Map.of("train", 7, "heldout", 4));
    assertSame(dataset.read(dataset.shards("train").get(1)), batch(5, 2));
  }

  @Test
  void refusesRowsThatTheSplitDoesNotHave() {
    Dataset dataset = dataset();
    for (long[] rows : new long[][] {{7}, {-1}, {2, 1}, {3, 3}, {1L << 40}}) {
      assertThatThrownBy(() -> dataset.map(cache(), "train", rows, (done, total) -> {}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(dataset.artifact().ref().address())
          .hasMessageContaining("row " + rows[rows.length - 1]);
    }
  }

  @Test
  void refusesAShardThatDisagreesWithTheManifest() {
    Tensor images = Tensor.of(new byte[2 * SHAPE.bytes()], 2, 3, 2, 4);
    Tensor labels = Tensor.of(new int[] {0, 2}, 2);
    Map<String, Map<String, Tensor>> shards = new HashMap<>();
    shards.put("label 3", Map.of("images", images, "labels", Tensor.of(new int[] {0, 3}, 2)));
    shards.put("label -1", Map.of("images", images, "labels", Tensor.of(new int[] {-1, 0}, 2)));
    shards.put("no tensor labels", Map.of("images", images));
    shards.put("I64[2]", Map.of("images", images, "labels", Tensor.of(new long[] {0, 1}, 2)));
    shards.put("I32[3]", Map.of("images", images, "labels", Tensor.of(new int[3], 3)));
    shards.put(
        "U8[2, 2, 4, 3]",
        Map.of("images", Tensor.of(images.bytes(), 2, 2, 4, 3), "labels", labels));
    shards.put(
        "U8[1, 3, 2, 4]", Map.of("images", Tensor.of(new byte[24], 1, 3, 2, 4), "labels", labels));
    shards.forEach(
        (problem, tensors) -> {
          // given
          Dataset dataset = new DatasetTest().dataset(tensors);
          Manifest.Entry shard = dataset.shards("train").get(1);
          // when, then
          assertThatThrownBy(() -> dataset.read(shard))
              .isInstanceOf(InvalidInputException.class)
              .hasMessageContaining(shard.object().key())
              .hasMessageContaining(problem);
          assertThatThrownBy(() -> dataset.map(cache(), "train", null, (done, total) -> {}))
              .isInstanceOf(InvalidInputException.class)
              .hasMessageContaining(shard.object().key())
              .hasMessageContaining(problem);
        });
  }

  @Test
  void refusesAnAlteredShard() {
    // given
    Dataset dataset = dataset();
    ObjectRef shard = dataset.shards().get(0).object();
    byte[] content = objects.get(shard);
    content[content.length - 1] ^= 1;
    objects.alter(shard.key(), content);
    // when, then
    assertThatThrownBy(() -> dataset.read(dataset.shards().get(0)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(shard.key());
    assertThatThrownBy(() -> dataset.map(cache(), "train", null, (done, total) -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(shard.key());
  }

  @Test
  void refusesWhatIsNoDataset() {
    // given artifacts that lack, or misstate, what a data set has
    ArtifactDraft lacking =
        store.draft(Address.of("weights", "reweight", "1", Map.of(), List.of()));
    Artifact weights = lacking.commit(COST);
    ArtifactDraft misstating =
        store.draft(Address.of("datasets/odd", "import", "1", Map.of(), List.of()));
    Dataset.describe(misstating, List.of("a"), SHAPE);
    misstating.attribute("channels", 4);
    Artifact odd = misstating.commit(COST);
    ArtifactDraft uncounted =
        store.draft(Address.of("datasets/uncounted", "import", "1", Map.of(), List.of()));
    Dataset.describe(uncounted, List.of("a"), SHAPE);
    uncounted.put("shard-000000.safetensors", new byte[1], null, "train");
    Artifact without = uncounted.commit(COST);
    // when, then
    assertThatThrownBy(() -> Dataset.open(store, weights.ref()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no attribute channels");
    assertThatThrownBy(() -> Dataset.open(store, odd.ref()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(odd.ref().address())
        .hasMessageContaining("4");
    assertThatThrownBy(() -> Dataset.open(store, without.ref()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("shard-000000.safetensors");
  }

  private static void assertSame(ImageBatch actual, ImageBatch expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.images()).isEqualTo(expected.images());
    assertThat(actual.labels()).isEqualTo(expected.labels());
  }
}
