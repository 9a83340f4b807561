package io.winnow.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.artifacts.LossTable.Draws;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.testing.InMemoryObjectStore;
import org.junit.jupiter.api.Test;

class LossTableTest {
  private static final ArtifactRef DATASET = ref("datasets/a", 'a');
  private static final ArtifactRef REFERENCE = ref("models", 'b');

  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());

  @Test
  void whatIsWrittenIsRead() {
    // given
    Draws draws = new Draws(10, 7);

    // when
    Artifact artifact = written(draws, 0.5, 1.25, -0.0);

    // then
    assertThat(LossTable.read(store, artifact, 3)).containsExactly(0.5, 1.25, -0.0);
    assertThat(LossTable.draws(artifact)).isEqualTo(draws).hasToString("10 draws of seed 7");
    assertThat(LossTable.reference(artifact)).isEqualTo(REFERENCE.address());
    assertThat(artifact.ref().address()).startsWith(LossTable.KIND + "/");
  }

  @Test
  void theAddressDependsOnEverythingThatDecidesTheLosses() {
    String path = LossTable.address(new Draws(10, 7), DATASET, REFERENCE).path();

    assertThat(LossTable.address(new Draws(10, 7), DATASET, REFERENCE).path()).isEqualTo(path);
    assertThat(LossTable.address(new Draws(11, 7), DATASET, REFERENCE).path()).isNotEqualTo(path);
    assertThat(LossTable.address(new Draws(10, 8), DATASET, REFERENCE).path()).isNotEqualTo(path);
    assertThat(LossTable.address(new Draws(10, 7), REFERENCE, DATASET).path()).isNotEqualTo(path);
  }

  @Test
  void anotherNumberOfRowsIsRefused() {
    Artifact artifact = written(new Draws(1, 0), 1, 2);

    assertThatThrownBy(() -> LossTable.read(store, artifact, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("losses.safetensors");
  }

  @Test
  void trainingLossesAreReadIfThereAreAny() {
    // given a model with losses, and one without
    ArtifactDraft draft = store.draft(LossTable.address(new Draws(1, 1), DATASET, REFERENCE));
    TrainingLosses.write(draft, new float[] {1, 0.5f});
    Artifact with = draft.commit(new StageRecord.Cost(0, 0));
    ArtifactDraft empty = store.draft(LossTable.address(new Draws(1, 2), DATASET, REFERENCE));
    empty.put("model.json", new byte[] {'{', '}'}, null, null);
    Artifact without = empty.commit(new StageRecord.Cost(0, 0));

    // then
    assertThat(TrainingLosses.read(store, with)).hasValue(new float[] {1, 0.5f});
    assertThat(TrainingLosses.read(store, without)).isEmpty();
  }

  private Artifact written(Draws draws, double... losses) {
    ArtifactDraft draft = store.draft(LossTable.address(draws, DATASET, REFERENCE));
    LossTable.write(draft, losses, draws, REFERENCE);
    return draft.commit(new StageRecord.Cost(0, 0));
  }

  private static ArtifactRef ref(String kind, char digit) {
    String digest = String.valueOf(digit).repeat(64);
    return new ArtifactRef(kind + "/" + digest, digest, null);
  }
}
