package io.winnow.artifacts.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Manifest;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturesTest {
  private static final StageRecord.Cost COST = new StageRecord.Cost(0, 0);
  private static final float[] FIRST = {1, 2, 3, 4, 5, 6};
  private static final float[] SECOND = {7, 8};

  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());
  private final Address address = Address.of("features", "collect", "1", Map.of(), List.of("aa"));

  /** A shard's part artifact, and its entries in the draft of the whole. */
  private void shard(
      ArtifactDraft whole, int number, String split, Map<String, Tensor> rows, long count) {
    String name = "shard-%06d".formatted(number);
    ArtifactDraft part =
        store.draft(address.part(name, "encode", "1", Map.of("shard", number), List.of("aa")));
    part.putTensors("features.safetensors", rows, count, split);
    Artifact made = part.commit(COST);
    for (Manifest.Entry e : made.manifest().entries()) {
      whole.refer(name + "/" + e.name(), e.object(), split);
    }
  }

  private static Map<String, Tensor> rows(int d, float[] features, int... labels) {
    return Map.of(
        "features",
        Tensor.of(features, labels.length, d),
        "labels",
        Tensor.of(labels, labels.length));
  }

  private Features features(Map<String, Tensor> second) {
    ArtifactDraft whole = store.draft(address);
    shard(whole, 0, "train", rows(2, FIRST, 0, 1, 0), 3);
    shard(whole, 1, "train", second, 1);
    shard(whole, 2, "heldout", rows(2, SECOND, 0), 1);
    whole.attribute("dimension", 2);
    whole.attribute("classes", 2);
    return Features.open(store, whole.commit(COST).ref());
  }

  @Test
  void readsSplitsShardByShardAndWhole() {
    // given
    Features features = features(rows(2, SECOND, 1));
    // when
    FeatureRows train = features.load("train");
    FeatureRows second = features.read(features.shards("train").get(1));
    // then
    assertThat(features.dimension()).isEqualTo(2);
    assertThat(features.classes()).isEqualTo(2);
    assertThat(features.rows("train")).isEqualTo(4);
    assertThat(features.rows("heldout")).isEqualTo(1);
    assertThat(features.artifact().attribute("rows", Map.class))
        .isEqualTo(Map.of("train", 4, "heldout", 1));
    assertThat(train.features()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(train.labels()).containsExactly(0, 1, 0, 1);
    assertThat(second.features()).containsExactly(SECOND);
    assertThat(features.labels(features.shards("train").get(0))).containsExactly(0, 1, 0);
  }

  @Test
  void readsFloat16AsFloat32() {
    // given: 0.1 is between two float16 numbers
    Map<String, Tensor> halves =
        Map.of(
            "features",
            Tensor.ofFloat16(new float[] {0.1f, -65_504}, 1, 2),
            "labels",
            Tensor.of(new int[] {1}, 1));
    Features features = features(halves);
    // when
    FeatureRows rows = features.read(features.shards("train").get(1));
    // then
    assertThat(rows.features()).containsExactly(0.0999755859375f, -65_504);
    assertThat(rows.labels()).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 200, Long.MAX_VALUE})
  void shardsReadAheadAreThoseReadOneByOne(long heap) {
    // given seven shards, one of them longer
    ArtifactDraft whole = store.draft(address);
    for (int i = 0; i < 7; i++) {
      float[] values = i == 3 ? FIRST : new float[] {i, i + 0.5f};
      int[] labels = new int[values.length / 2];
      shard(whole, i, "train", rows(2, values, labels), labels.length);
    }
    whole.attribute("dimension", 2);
    whole.attribute("classes", 2);
    Features features = Features.open(store, whole.commit(COST).ref());
    List<Manifest.Entry> wanted = features.shards("train").subList(1, 7);

    // when
    List<Manifest.Entry> shards = new ArrayList<>();
    List<float[]> read = new ArrayList<>();
    features.each(
        wanted,
        heap,
        (shard, rows) -> {
          shards.add(shard);
          read.add(rows.features().clone());
        });

    // then
    assertThat(shards).isEqualTo(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      assertThat(read.get(i)).containsExactly(features.read(wanted.get(i)).features());
    }
  }

  @Test
  void refusesFeaturesThatAreNotFinite() {
    // given
    Features features = features(rows(2, new float[] {1, Float.NaN}, 1));
    // when, then
    assertThatThrownBy(() -> features.load("train"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("shard-000001/features.safetensors")
        .hasMessageContaining("feature 1 of row 0 is NaN");
  }

  @Test
  void refusesLabelsOutOfRangeAndOtherShapes() {
    // given
    Features label = features(rows(2, SECOND, 2));
    // when, then
    assertThatThrownBy(() -> label.load("train"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("shard-000001/features.safetensors")
        .hasMessageContaining("label 2");
    // given
    Features shape = new FeaturesTest().features(rows(1, SECOND, 1, 1));
    // when, then
    assertThatThrownBy(() -> shape.load("train"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("shard-000001/features.safetensors")
        .hasMessageContaining("F32[2, 1]");
  }

  @Test
  void refusesWhatIsNoFeatures() {
    // given
    ArtifactDraft draft = store.draft(address);
    draft.attribute("dimension", 0);
    draft.attribute("classes", 2);
    Artifact committed = draft.commit(COST);
    // when, then
    assertThatThrownBy(() -> Features.open(store, committed.ref()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("dimension 0");
  }

  @Test
  void rowsThatAreNotFiniteAreNamed() {
    // given
    FeatureRows rows =
        new FeatureRows(2, new float[] {1, 2, 3, Float.NEGATIVE_INFINITY}, new int[2]);
    // when, then
    assertThatThrownBy(rows::requireFinite)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("feature 1 of row 1 is -Infinity");
  }
}
