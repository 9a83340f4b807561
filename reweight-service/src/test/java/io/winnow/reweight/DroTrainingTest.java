package io.winnow.reweight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Run;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.StepRecord;
import io.winnow.diffusion.ModelFile;
import io.winnow.diffusion.engine.Torch;
import io.winnow.diffusion.sample.Denoiser;
import io.winnow.diffusion.train.Batch;
import io.winnow.diffusion.train.DenoiserTrainer;
import io.winnow.stage.Checkpoint;
import io.winnow.stage.StopException;
import io.winnow.stage.testing.FakeWork;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.storage.artifact.Address;
import io.winnow.storage.artifact.ArtifactDraft;
import io.winnow.storage.artifact.ArtifactStore;
import io.winnow.storage.artifact.Committed;
import io.winnow.storage.dataset.Dataset;
import io.winnow.storage.dataset.ImageBatch;
import io.winnow.storage.tensor.SafeTensors;
import io.winnow.storage.tensor.Tensor;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With real models. */
@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class DroTrainingTest {
  private static final long SEED = 21;

  @Inject ArtifactStore store;
  @Inject Torch torch;

  private Run run;
  private Dataset dataset;
  private ImageBatch coreset;
  private Committed reference;

  @BeforeEach
  void put() {
    run = TinyRun.of("dro", SEED, "");
    ArtifactRef images = TinyRun.putImages(store, 8);
    dataset = Dataset.open(store, images);
    coreset = TinyRun.rows(dataset).rows(new int[] {0, 1, 2, 5, 6, 8, 9, 11, 30, 31, 33});
    Address address = Address.of("models", "any", "1", Map.of(), List.of());
    reference = store.open(TinyRun.putReference(store, torch, run, images, address));
  }

  @Test
  void theTrajectoryIsWhatBothModelsSayOfTheSameDraws() {
    // when
    FakeWork work = work();
    WeightsFile weights = train(run, work);

    // then: the first losses are those of the reference's EMA weights and of a fresh proxy
    Map<String, Tensor> trajectory = trajectory(work);
    Batch batch = ProxyPlan.batches(run, coreset.rows(), 2).of(coreset, 0);
    long draw = Seeds.of(SEED, "reweight.losses", 0);
    float[] proxy = trajectory.get("proxy").floats();
    float[] teacher = trajectory.get("reference").floats();
    Map<String, Tensor> ema = ModelFile.weights(store, reference, ModelFile.EMA_WEIGHTS);
    try (Denoiser denoiser = ModelFile.read(store, reference).denoiser(torch, ema);
        DenoiserTrainer fresh = DenoiserTrainer.create(torch, ProxyPlan.of(run, dataset))) {
      assertThat(Arrays.copyOf(teacher, 8))
          .containsExactly(denoiser.losses(draw, batch.images(), batch.labels()));
      assertThat(Arrays.copyOf(proxy, 8))
          .containsExactly(fresh.losses(draw, batch.images(), batch.labels()));
    }
    assertThat(Arrays.copyOf(proxy, 8)).isNotEqualTo(Arrays.copyOf(teacher, 8));

    // and the weights follow from the losses
    int[] labels = trajectory.get("labels").ints();
    ClassWeights again = new ClassWeights(2, 1, 1e-3);
    for (int update = 0; update < 8; update++) {
      int from = update * 8;
      again.update(
          Arrays.copyOfRange(proxy, from, from + 8),
          Arrays.copyOfRange(teacher, from, from + 8),
          Arrays.copyOfRange(labels, from, from + 8));
      assertThat(
              Arrays.copyOfRange(trajectory.get("weights").doubles(), 2 * update, 2 * update + 2))
          .containsExactly(again.weights());
    }
    assertThat(weights.weights()).containsExactly(ClassWeights.capped(again.mean(), 10));
    assertThat(work.images()).isEqualTo(64);
  }

  @Test
  void aStoppedJobGoesOnFromItsCheckpointBitForBit() {
    // given
    FakeWork whole = work();
    WeightsFile undisturbed = train(run, whole);

    // when: told to stop once 24 images are done, it keeps a checkpoint after the step that it is
    // in
    FakeWork first = work().stoppedAt(24);
    assertThatThrownBy(() -> train(run, first)).isInstanceOf(StopException.class);
    assertThat(first.lastCheckpoint().position()).isEqualTo(4);
    FakeWork second = work().from(first.lastCheckpoint());
    WeightsFile resumed = train(run, second);

    // then
    assertThat(Json.bytes(resumed)).isEqualTo(Json.bytes(undisturbed));
    assertThat(bytes(second)).isEqualTo(bytes(whole));
  }

  @Test
  void keepsACheckpointEverySoManyImages() {
    // given
    DroTraining often = new DroTraining(store, () -> torch, 20);
    FakeWork work = work();

    // when: 8 steps of 8 images
    often.run(run, dataset, coreset, "coreset", reference, work);

    // then: after 24, 40 and 64 images there is one due, but the last step needs none
    assertThat(work.checkpoints()).extracting(Checkpoint::position).containsExactly(3L, 5L);
  }

  @Test
  void aReferenceWithoutFiniteLossesIsNamed() {
    // given: the same model with weights that are not numbers
    ArtifactDraft draft = store.draft(Address.of("models", "broken", "1", Map.of(), List.of()));
    ModelFile.read(store, reference).put(draft);
    Map<String, Tensor> broken = new HashMap<>();
    ModelFile.weights(store, reference, ModelFile.EMA_WEIGHTS)
        .forEach(
            (name, tensor) -> {
              float[] values = new float[tensor.elements()];
              Arrays.fill(values, Float.NaN);
              broken.put(name, Tensor.of(values, tensor.shape()));
            });
    draft.putTensors(ModelFile.EMA_WEIGHTS, broken, null, null);
    reference = draft.commit(new StepRecord.Cost(0, 0));

    // then
    assertThatThrownBy(() -> train(run, work()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("reference");
  }

  private WeightsFile train(Run of, FakeWork work) {
    return new DroTraining(store, () -> torch, 2000)
        .run(of, dataset, coreset, "coreset", reference, work);
  }

  private FakeWork work() {
    ArtifactDraft draft =
        store.draft(
            Address.of(
                "weights", "test", "1", Map.of("id", UUID.randomUUID().toString()), List.of()));
    return FakeWork.making(store, draft);
  }

  private Map<String, Tensor> trajectory(FakeWork work) {
    return SafeTensors.parse(bytes(work), "trajectory");
  }

  private byte[] bytes(FakeWork work) {
    String key = work.draft().address().path() + "/trajectory.safetensors";
    return store.objects().find(key).orElseThrow();
  }
}
