package io.winnow.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;

class MappedRowsTest {
  private static final ImageShape SHAPE = new ImageShape(3, 2, 3);

  private final Path temp = Files.createTempDirectory("mapped-rows-");
  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());
  private final ShardCache cache = new ShardCache(temp, 1 << 20);

  MappedRowsTest() throws IOException {}

  @AfterProperty
  void remove() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(temp);
  }

  @Property(tries = 60)
  void givesWhatReadingTheShardsGives(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 6) Integer> sizes,
      @ForAll @Size(30) List<Boolean> keep,
      @ForAll boolean all,
      @ForAll long seed) {
    // given a split in shards of these sizes, some perhaps empty, and a choice of its rows
    Dataset dataset = dataset(sizes, seed);
    int rows = dataset.rows("train");
    int[] chosen = IntStream.range(0, rows).filter(row -> all || keep.get(row)).toArray();

    // when
    long[] asked = all ? null : IntStream.of(chosen).asLongStream().toArray();
    try (MappedRows mapped = dataset.map(cache, "train", asked, (done, total) -> {})) {
      // then each row is the one that reading every shard into memory gives
      List<byte[]> images = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      for (Manifest.Entry shard : dataset.shards("train")) {
        ImageBatch batch = dataset.read(shard);
        for (int row = 0; row < batch.rows(); row++) {
          images.add(batch.rows(new int[] {row}).images());
          labels.add(batch.labels()[row]);
        }
      }
      assertThat(mapped.rows()).isEqualTo(chosen.length);
      assertThat(mapped.shape()).isEqualTo(SHAPE);
      byte[] row = new byte[SHAPE.bytes() + 2];
      for (int i = 0; i < chosen.length; i++) {
        mapped.copy(i, row, 1);
        assertThat(ByteBuffer.wrap(row, 1, SHAPE.bytes()))
            .isEqualTo(ByteBuffer.wrap(images.get(chosen[i])));
        assertThat(mapped.label(i)).isEqualTo(labels.get(chosen[i]));
      }
      assertThat(row[0]).isZero();
      assertThat(row[SHAPE.bytes() + 1]).isZero();
    }
  }

  private Dataset dataset(List<Integer> sizes, long seed) {
    ArtifactDraft draft =
        store.draft(
            Address.of("datasets/x", "import", "1", Map.of("of", sizes, "seed", seed), List.of()));
    Dataset.describe(draft, List.of("a", "b", "c"), SHAPE);
    Random random = new Random(seed);
    for (int i = 0; i < sizes.size(); i++) {
      byte[] images = new byte[sizes.get(i) * SHAPE.bytes()];
      random.nextBytes(images);
      int[] labels = random.ints(sizes.get(i), 0, 3).toArray();
      draft.putTensors(
          "shard-%06d.safetensors".formatted(i),
          Dataset.tensors(new ImageBatch(SHAPE, images, labels)),
          (long) labels.length,
          "train");
    }
    return Dataset.open(store, draft.commit(new StageRecord.Cost(0, 0)).ref());
  }

  @Example
  void fetchesOnlyShardsThatHoldAWantedRow() throws IOException {
    // given rows 0–9 in five shards
    Dataset dataset = dataset(List.of(2, 2, 2, 2, 2), 1);
    // when rows of the second and of the last are wanted
    MappedRows rows = dataset.map(cache, "train", new long[] {3, 8, 9}, (done, total) -> {});
    // then
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "lock",
              dataset.shards().get(1).object().sha256() + ".safetensors",
              dataset.shards().get(4).object().sha256() + ".safetensors");
    }
    assertThatThrownBy(() -> rows.label(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> rows.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Example
  void reachesRowsBeyondTwoGibibytes() {
    // given 1000 shards of 8 images of 1 MiB, all in one buffer of 8 MiB: 8000 MiB in all
    ImageShape large = new ImageShape(1, 1024, 1024);
    ByteBuffer images = ByteBuffer.allocateDirect(8 * large.bytes());
    for (int i = 0; i < 8; i++) {
      images.put(i * large.bytes(), (byte) (i + 1));
      images.put((i + 1) * large.bytes() - 1, (byte) (-i - 1));
    }
    List<MappedRows.Shard> shards = new ArrayList<>();
    for (int s = 0; s < 1000; s++) {
      int shard = s;
      int[] labels = IntStream.range(0, 8).map(i -> shard * 8 + i).toArray();
      shards.add(new MappedRows.Shard(s * 8, images, labels));
    }
    MappedRows all = new MappedRows(large, shards, null, null);
    MappedRows some = new MappedRows(large, shards, new int[] {0, 4095, 7999}, null);

    // then rows of every part of them are where they belong
    byte[] row = new byte[large.bytes()];
    assertThat(all.rows()).isEqualTo(8000);
    for (int i : new int[] {0, 2046, 2047, 2048, 4095, 4096, 7992, 7999}) {
      assertThat(all.label(i)).isEqualTo(i);
      all.copy(i, row, 0);
      assertThat(row[0]).isEqualTo((byte) (i % 8 + 1));
      assertThat(row[row.length - 1]).isEqualTo((byte) (-i % 8 - 1));
    }
    assertThat(some.rows()).isEqualTo(3);
    assertThat(some.label(2)).isEqualTo(7999);
    some.copy(1, row, 0);
    assertThat(row[0]).isEqualTo((byte) 8);
  }
}
