package io.winnow.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoresetTest {
  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());

  private ArtifactRef artifact(Consumer<ArtifactDraft> content) {
    return artifactNamed("select", content);
  }

  @Test
  void whatIsWrittenIsRead() {
    // given
    Coreset written =
        new Coreset(new long[] {0, 3}, new double[] {1.5, -1, 0, 2}, new int[] {0, 1, 1, 2});

    // when
    ArtifactRef ref = artifact(written::write);
    Coreset read = Coreset.read(store, ref);

    // then
    assertThat(read.indices()).containsExactly(0, 3);
    assertThat(read.scores()).containsExactly(1.5, -1, 0, 2);
    assertThat(read.labels()).containsExactly(0, 1, 1, 2);
    assertThat(read.kept(4)).containsExactly(1, 0, 1, 0);
    assertThat(store.open(ref).entry(Coreset.NAME).object().rows()).isEqualTo(2);
  }

  @Test
  void aCoresetWithoutRowsIsRefused() {
    ArtifactRef ref = artifact(new Coreset(new long[0], new double[2], new int[2])::write);
    assertThatThrownBy(() -> Coreset.read(store, ref))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("keeps no row")
        .hasMessageContaining("greater ratio");
  }

  @ParameterizedTest
  @CsvSource({"-1,1", "1,1", "2,1", "0,3", "3,4"})
  void rowsThatAreNotAscendingRowsOfTheSplitAreRefused(long first, long second) {
    ArtifactRef ref =
        artifact(new Coreset(new long[] {first, second}, new double[3], new int[3])::write);
    assertThatThrownBy(() -> Coreset.read(store, ref))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("of 3 rows");
  }

  @Test
  void tensorsThatDoNotBelongTogetherAreRefused() {
    // given fewer scores than labels, and no labels at all
    ArtifactRef fewer = artifact(new Coreset(new long[] {0}, new double[2], new int[3])::write);
    ArtifactRef none =
        artifactNamed(
            "none",
            draft ->
                draft.putTensors(
                    Coreset.NAME, Map.of("indices", Tensor.of(new long[] {0}, 1)), 1L, null));

    // then
    assertThatThrownBy(() -> Coreset.read(store, fewer))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("scores");
    assertThatThrownBy(() -> Coreset.read(store, none))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("labels");
  }

  private ArtifactRef artifactNamed(String name, Consumer<ArtifactDraft> content) {
    ArtifactDraft draft =
        store.draft(Address.of(Coreset.KIND, name, Coreset.VERSION, Map.of(), List.of()));
    content.accept(draft);
    return draft.commit(new StageRecord.Cost(0, 0)).ref();
  }
}
