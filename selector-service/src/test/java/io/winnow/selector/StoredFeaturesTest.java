package io.winnow.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.features.FeatureRows;
import io.winnow.storage.features.Features;
import io.winnow.storage.object.ObjectStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
  void labelsAloneAreThoseThatTheRowsHave() {
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
  void labelsThatAreNotTheRowsAreFoundWhenRowsAreRead() {
    // given a store that gives one label wrong when only a range is asked for
    StoredFeatures table = table(watching(new TreeSet<>(), 1));
    table.labels();

    // when, then
    assertThatThrownBy(() -> table.scan(rows -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("features.safetensors")
        .hasMessageContaining("had other labels a moment ago");
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
