package io.winnow.reweight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.artifacts.ClassWeights;
import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Seeds;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.models.ModelFile;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.train.Batch;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.reweighting.WeightsPicture;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.StopException;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With real models. */
class ProxyTrainingTest {
  private static final long SEED = 21;

  private static Torch torch;

  private final ArtifactStore store = new ArtifactStore(new InMemoryObjectStore());

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private Run run;
  private Dataset dataset;
  private ImageBatch coreset;
  private Artifact reference;

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
    // given a proxy half as wide as the reference
    run = TinyRun.of("dro", SEED, "\"eta\": 1", 4);

    // when
    FakeJobContext work = work();
    ClassWeights.Trained weights = train(run, work);

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

    // and the file says what was made of them
    assertThat(weights.reference()).isEqualTo(reference.ref().digest());
    assertThat(weights.proxy()).hasSize(64);
    assertThat(weights.eta().value()).isEqualTo(1);
    assertThat(weights.trajectory().updates()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(weights.trajectory().weights()[7])
        .containsExactly(Arrays.copyOfRange(trajectory.get("weights").doubles(), 14, 16));
    assertThat(work.images()).isEqualTo(64);
    // and whoever watches sees the last weights, their mean 1
    Map<String, Double> shown = work.gauges().get("class.weight");
    assertThat(shown).containsOnlyKeys(dataset.classes());
    double[] last = Arrays.copyOfRange(trajectory.get("weights").doubles(), 14, 16);
    assertThat(shown.get(dataset.classes().get(0))).isEqualTo(2 * last[0]);
    assertThat(shown.get(dataset.classes().get(1))).isEqualTo(2 * last[1]);
  }

  @Test
  void twoHundredRecordedUpdatesAreThoseOfTheEquationsInFloat64() {
    // given 200 updates of real models, η derived, the mean over the last half
    int updates = 200;
    run = TinyRun.of("long", SEED, "\"proxyImages\": 1600, \"averageAfter\": 0.5");

    // when
    FakeJobContext work = work();
    ClassWeights.Trained weights = train(run, work);

    // then the losses alone lead to the same weights
    Map<String, Tensor> trajectory = trajectory(work);
    float[] proxy = trajectory.get("proxy").floats();
    float[] teacher = trajectory.get("reference").floats();
    int[] labels = trajectory.get("labels").ints();
    double[][] lambda = new double[updates][2];
    for (int u = 0; u < updates; u++) {
      for (int c = 0; c < 2; c++) {
        double sum = 0;
        int n = 0;
        for (int i = 8 * u; i < 8 * u + 8; i++) {
          if (labels[i] == c) {
            sum += Math.max((double) proxy[i] - (double) teacher[i], 0);
            n++;
          }
        }
        lambda[u][c] = n > 0 ? sum / n : u > 0 ? lambda[u - 1][c] : 0;
      }
    }
    double lag0 = 0;
    double lag1 = 0;
    for (int u = 20; u < 40; u++) {
      lag0 += lambda[u][0] / 20;
      lag1 += lambda[u][1] / 20;
    }
    double eta = Math.log(10) / (160 * Math.max(Math.abs(lag0 - lag1), 1e-3));
    double[] w = {0.5, 0.5};
    double[] mean = new double[2];
    double[] expected = new double[2 * updates];
    for (int u = 0; u < updates; u++) {
      double a = w[0] * Math.exp((u < 40 ? 0 : eta) * lambda[u][0]);
      double b = w[1] * Math.exp((u < 40 ? 0 : eta) * lambda[u][1]);
      w[0] = (1 - 1e-3) * (a / (a + b)) + 1e-3 / 2;
      w[1] = (1 - 1e-3) * (b / (a + b)) + 1e-3 / 2;
      expected[2 * u] = w[0];
      expected[2 * u + 1] = w[1];
      mean[0] += u < 100 ? 0 : w[0] / 100;
      mean[1] += u < 100 ? 0 : w[1] / 100;
    }
    assertThat(weights.eta().value()).isCloseTo(eta, within(1e-9));
    assertThat(trajectory.get("weights").doubles()).containsExactly(expected, within(1e-9));
    assertThat(weights.mean()).containsExactly(mean, within(1e-9));
    // and they have moved without collapsing
    assertThat(mean[0]).isBetween(1e-3, 0.999).isNotCloseTo(0.5, within(0.05));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dro", "group-dro", "loss-ratio"})
  void aJobThatIsKilledOrStoppedGoesOnFromItsCheckpointBitForBit(String method) {
    // given
    run = TinyRun.of("resumed", SEED, "\"method\": \"" + method + "\"");
    if (method.equals("group-dro")) {
      reference = null;
    }
    FakeJobContext whole = work();
    ClassWeights.Trained undisturbed = train(run, whole);

    // when: killed after 40 images with a checkpoint after each 24, it goes on from the last
    FakeJobContext killed = work().dyingAt(40);
    assertThatThrownBy(() -> train(run, killed)).isInstanceOf(StopException.class);
    FakeJobContext afterKill = work().from(killed.lastCheckpoint());
    ClassWeights.Trained fromKill = train(run, afterKill);
    // and told to stop once 40 images are done, it keeps a checkpoint after the step that it is in
    FakeJobContext stopped = work().stoppedAt(40);
    assertThatThrownBy(() -> train(run, stopped)).isInstanceOf(StopException.class);
    FakeJobContext afterStop = work().from(stopped.lastCheckpoint());
    ClassWeights.Trained fromStop = train(run, afterStop);

    // then
    assertThat(killed.lastCheckpoint().position()).isEqualTo(3);
    assertThat(stopped.lastCheckpoint().position()).isEqualTo(6);
    assertThat(Json.bytes(fromKill)).isEqualTo(Json.bytes(undisturbed));
    assertThat(Json.bytes(fromStop)).isEqualTo(Json.bytes(undisturbed));
    for (String object : List.of("trajectory.safetensors", WeightsPicture.NAME)) {
      assertThat(bytes(afterKill, object)).as(object).isEqualTo(bytes(whole, object));
      assertThat(bytes(afterStop, object)).as(object).isEqualTo(bytes(whole, object));
    }
  }

  @Test
  void keepsACheckpointEverySoManyImages() {
    // given
    ProxyTraining often = new ProxyTraining(store, () -> torch, 20);
    FakeJobContext work = work();

    // when: 8 steps of 8 images
    often.run(run, dataset, new ProxyTraining.Coreset(coreset, "coreset"), reference, work);

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
    reference = draft.commit(new StageRecord.Cost(0, 0));

    // then
    assertThatThrownBy(() -> train(run, work()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("reference");
  }

  private ClassWeights.Trained train(Run of, FakeJobContext work) {
    return new ProxyTraining(store, () -> torch, 24)
        .run(of, dataset, new ProxyTraining.Coreset(coreset, "coreset"), reference, work);
  }

  private FakeJobContext work() {
    ArtifactDraft draft =
        store.draft(
            Address.of(
                "weights", "test", "1", Map.of("id", UUID.randomUUID().toString()), List.of()));
    return FakeJobContext.making(store, draft);
  }

  private Map<String, Tensor> trajectory(FakeJobContext work) {
    return SafeTensors.parse(bytes(work, "trajectory.safetensors"), "trajectory");
  }

  private byte[] bytes(FakeJobContext work, String object) {
    return store.objects().find(work.draft().address().path() + "/" + object).orElseThrow();
  }
}
