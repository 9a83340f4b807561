package io.winnow.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassWeightsTest {
  private static final List<String> CLASSES = List.of("cat", "dog");

  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());

  private ArtifactRef artifact(ClassWeights weights) {
    ArtifactDraft draft = draft();
    weights.write(draft);
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }

  private ArtifactDraft draft() {
    return store.draft(
        Address.of(ClassWeights.KIND, "reweight", ClassWeights.VERSION, Map.of(), List.of()));
  }

  private static ClassWeights.Trained trained(String method, String reference) {
    return new ClassWeights.Trained(
        method,
        CLASSES,
        new double[] {1.5, 0.5},
        new double[] {0.75, 0.25},
        new double[] {0.1, 0},
        new ClassWeights.Curve(
            new int[] {1, 2},
            new double[][] {{0.6, 0.4}, {0.75, 0.25}},
            new double[][] {{0.2, 0}, {0.1, 0}}),
        2,
        32,
        new ClassWeights.Eta(1, ClassWeights.Origin.GIVEN, null, null, null, null),
        1e-3,
        10,
        0.5,
        "c",
        reference,
        "p",
        Map.of("run", 7L));
  }

  static Stream<ClassWeights> kinds() {
    return Stream.of(
        new ClassWeights.Fixed("uniform", CLASSES, new double[] {1, 1}),
        new ClassWeights.FromCoreset(
            "inverse-frequency", CLASSES, new double[] {0.5, 1.5}, new long[] {3, 1}, 5, "c"),
        trained("dro", "r"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsWrittenIsReadAsTheSameKind(ClassWeights written) {
    ClassWeights read = ClassWeights.read(store, artifact(written), 2);
    assertThat(read).usingRecursiveComparison().isEqualTo(written);
    assertThat(read).hasSameClassAs(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dro", "group-dro", "loss-ratio"})
  void methodsThatTrainAProxyAreOneKind(String method) {
    ClassWeights read = ClassWeights.read(store, artifact(trained(method, null)), 2);
    assertThat(read.method()).isEqualTo(method);
    assertThat(((ClassWeights.Trained) read).reference()).isNull();
  }

  @Test
  void theManifestShowsTheWeights() {
    ArtifactRef ref = artifact(new ClassWeights.Fixed("uniform", CLASSES, new double[] {1, 1}));
    assertThat(store.open(ref).attribute("classes", List.class)).isEqualTo(CLASSES);
    assertThat(store.open(ref).attribute("weights", double[].class)).containsExactly(1, 1);
  }

  @Test
  void weightsOfOtherClassesAreRefused() {
    ArtifactRef ref = artifact(new ClassWeights.Fixed("uniform", CLASSES, new double[] {1, 1}));
    assertThatThrownBy(() -> ClassWeights.read(store, ref, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("weights.json")
        .hasMessageContaining("3 classes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"derivedFrom\": \"classes\", \"method\": \"uniform\", \"classes\": [\"a\", \"b\"], \"weights\": [1, 0]}",
        "{\"derivedFrom\": \"classes\", \"method\": \"uniform\", \"classes\": [\"a\", \"b\"], \"weights\": [1, -1]}",
        "{\"derivedFrom\": \"classes\", \"method\": \"uniform\", \"classes\": [\"a\", \"b\"]}",
        "{\"classes\": [\"a\", \"b\"], \"weights\": [1, 1]}",
        "{\"method\": \"guess\", \"classes\": [\"a\", \"b\"], \"weights\": [1, 1]}"
      })
  void whatCannotWeighALossIsRefused(String json) {
    // given
    ArtifactDraft draft = draft();
    draft.put(ClassWeights.NAME, json.getBytes(StandardCharsets.UTF_8), null, null);
    ArtifactRef ref = draft.commit(new StageRecord.Cost(0, 0)).ref();

    // then
    assertThatThrownBy(() -> ClassWeights.read(store, ref, 2))
        .isInstanceOf(InvalidInputException.class);
  }
}
