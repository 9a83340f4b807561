package io.winnow.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.artifacts.features.Features;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.selection.features.StoredFeatures;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.tensor.Tensor;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredFeaturesTest {
  private static final int ROWS = 70;

  @TempDir Path folder;
  private ObjectStore objects;
  private Features made;

  @BeforeEach
  void make() throws IOException {
    objects = new FolderStore(folder);
    made = new SyntheticFeatures(ROWS, 3, 2, FeatureType.FLOAT32, 1).in(new ArtifactStore(objects));
  }

  @Test
  void labelsReadAloneEqualThoseOfTheRows() {
    // given
    Set<String> whole = new TreeSet<>();
    StoredFeatures table = table(watching(whole, 0));

    // when
    int[] labels = table.labels();

    // then no shard was fetched for them
    assertThat(whole).noneMatch(key -> key.endsWith("features.safetensors"));
    List<Integer> ofRows = new ArrayList<>();
    table.scan((FeatureRows rows) -> Arrays.stream(rows.labels()).forEach(ofRows::add));
    assertThat(labels).hasSize(ROWS).containsExactly(ofRows.stream().mapToInt(i -> i).toArray());
  }

  @Test
  void labelsThatDifferFromTheRowsAreDetectedWhenRowsAreRead() {
    // given a store that gives one label wrong when only a range is asked for
    StoredFeatures table = table(watching(new TreeSet<>(), 1));
    table.labels();

    // when, then
    assertThatThrownBy(() -> table.scan(rows -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("features.safetensors")
        .hasMessageContaining("changed while it was being read");
  }

  @Test
  void aRangeIsReadInOrderFromTheShardsThatContainIt() {
    // given shards of 4 rows, each row its own position
    ArtifactStore store = new ArtifactStore(objects);
    ArtifactDraft draft = store.draft(Address.of("features", "test", "1", Map.of(), List.of()));
    draft.attribute("dimension", 1);
    draft.attribute("classes", 1);
    for (int shard = 0; shard < 6; shard++) {
      float[] positions = {4 * shard, 4 * shard + 1, 4 * shard + 2, 4 * shard + 3};
      Map<String, Tensor> tensors =
          Map.of("features", Tensor.of(positions, 4, 1), "labels", Tensor.of(new int[4], 4));
      draft.putTensors("shard-00000" + shard + "/features.safetensors", tensors, 4L, "train");
    }
    Features features = Features.open(store, draft.commit(new StageRecord.Cost(0, 0)).ref());
    List<Long> told = new ArrayList<>();
    StoredFeatures table = new StoredFeatures(features, "train", told::add, need -> {});

    // when
    List<Integer> firsts = new ArrayList<>();
    List<Float> read = new ArrayList<>();
    table.scan(
        6,
        17,
        (first, rows) -> {
          firsts.add(first);
          for (float value : rows.features()) {
            read.add(value);
          }
        });

    // then
    assertThat(firsts).containsExactly(4, 8, 12, 16);
    assertThat(read)
        .containsExactly(IntStream.range(4, 20).mapToObj(i -> (float) i).toArray(Float[]::new));
    assertThat(told).containsExactly(8L, 12L, 16L, 20L);
  }

  private StoredFeatures table(ObjectStore store) {
    Features features = Features.open(new ArtifactStore(store), made.artifact().ref());
    return new StoredFeatures(features, SyntheticFeatures.SPLIT, done -> {}, need -> {});
  }

  /** The store, noting what is fetched whole; {@code wrong} is xored into the ranges of labels. */
  private ObjectStore watching(Set<String> whole, int wrong) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> {
              try {
                Object answer = method.invoke(objects, arguments);
                if (method.getName().equals("get")) {
                  whole.add(((ObjectRef) arguments[0]).key());
                }
                if (answer instanceof byte[] bytes && bytes.length % Integer.BYTES == 0) {
                  boolean labels =
                      method.getName().equals("range") && (long) arguments[1] > Long.BYTES;
                  bytes[0] ^= labels ? (byte) wrong : 0;
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
