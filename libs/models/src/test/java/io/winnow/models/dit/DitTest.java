package io.winnow.models.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.TinyModel;
import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.sample.SamplingPlan;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.StepResult;
import io.winnow.models.train.TrainingPlan;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.ParameterTable.Parameter;
import io.winnow.torch.kernel.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values are compared with the authors' code in {@code ParityTest}. */
class DitTest {
  private static final Dit TINY = new Dit(2, 32, 2, 4, 4, true, 3, false);

  private static Torch torch;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  @ParameterizedTest
  @CsvSource({"dit-s/2, DiT_S_2", "dit-b/2, DiT_B_2", "dit-l/2, DiT_L_2", "dit-xl/2, DiT_XL_2"})
  void presetsHaveTheParametersOfTheOfficialConfigurations(String preset, String official)
      throws IOException {
    // given the listing of the official code: name, shape, type, and whether it is frozen
    Map<String, String> expected = new TreeMap<>();
    long total = 0;
    for (JsonNode config : listing().path("configs")) {
      if (config.path("name").asText().equals(official)) {
        total = config.path("parameters").asLong();
        config
            .path("state_dict")
            .forEach(
                entry ->
                    expected.put(
                        entry.get(0).asText(), entry.get(1) + (entry.size() > 3 ? " frozen" : "")));
      }
    }

    // when
    DenoiserConfig model =
        DenoiserConfig.of(Architectures.preset(preset), ExampleSpec.latents(4, 32, 32), 1000);

    // then
    Map<String, String> actual = new TreeMap<>();
    for (Parameter p : model.parameters().parameters()) {
      String shape = p.shape().toString().replace(" ", "");
      actual.put(p.name(), shape + (p.trained() ? "" : " frozen"));
    }
    assertThat(actual).isEqualTo(expected).isNotEmpty();
    assertThat(model.parameters().size()).isEqualTo(total);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void learnsPixelsAndResumesBitForBit(Precision precision) {
    // given a model of 8×8 grey images
    TrainingPlan plan = plan(ExampleSpec.pixels(1, 8, 8), precision);
    int[] labels = TinyModel.labels(12);
    byte[] images = TinyModel.images(labels, 1);
    Map<String, Tensor> saved = null;
    byte[] uninterrupted;
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      double before = mean(trainer.losses(7, images, labels));

      // when it trains
      for (int step = 0; step < 120; step++) {
        if (step == 100) {
          saved = SafeTensors.parse(SafeTensors.bytes(trainer.state(), Map.of()), "state");
        }
        trainer.step(step, images, labels, TinyModel.ones(12));
      }
      uninterrupted = SafeTensors.bytes(trainer.state(), Map.of());

      // then most of the loss of a model that predicts 0 is gone
      assertThat(before).isBetween(0.8, 1.2);
      assertThat(mean(trainer.losses(7, images, labels))).isLessThan(0.6 * before);
    }
    // and a resumed training has the same bits, the frozen table among them
    try (DenoiserTrainer resumed = DenoiserTrainer.restore(torch, plan, saved)) {
      for (int step = 100; step < 120; step++) {
        resumed.step(step, images, labels, TinyModel.ones(12));
      }
      assertThat(SafeTensors.bytes(resumed.state(), Map.of())).isEqualTo(uninterrupted);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void checkpointingChangesNeitherLossesNorGradients(Precision precision) {
    // given two equal models of three blocks, of which one computes its blocks again
    int[] labels = TinyModel.labels(6);
    byte[] images = TinyModel.images(labels, 1);
    List<DenoiserTrainer> both = new ArrayList<>();
    try {
      for (boolean recomputes : new boolean[] {false, true}) {
        Dit dit = new Dit(2, 32, 3, 4, 4, true, 3, recomputes);
        TrainingPlan plan = plan(dit, ExampleSpec.pixels(1, 8, 8), precision, 2);
        both.add(DenoiserTrainer.create(torch, plan));
      }

      // when both train, in micro-batches
      for (int step = 0; step < 4; step++) {
        StepResult kept = both.get(0).step(step, images, labels, TinyModel.ones(6));
        StepResult again = both.get(1).step(step, images, labels, TinyModel.ones(6));

        // then their losses and gradients are the same up to the order of sums
        double rounding = precision == Precision.FLOAT32 ? 1e-5 : 2e-2;
        assertThat(again.gradientNorm())
            .isCloseTo(kept.gradientNorm(), within(rounding * kept.gradientNorm()));
        for (int i = 0; i < 6; i++) {
          assertThat((double) again.losses()[i])
              .isCloseTo(kept.losses()[i], within(rounding * kept.losses()[i]));
        }
      }
      Map<String, Tensor> weights = both.get(0).weights();
      both.get(1)
          .weights()
          .forEach(
              (name, tensor) ->
                  assertThat(distance(tensor.floats(), weights.get(name).floats()))
                      .as(name)
                      .isLessThan(precision == Precision.FLOAT32 ? 1e-5 : 1e-2));
    } finally {
      both.forEach(DenoiserTrainer::close);
    }
  }

  private static double distance(float[] a, float[] b) {
    double greatest = 0;
    for (int i = 0; i < a.length; i++) {
      greatest = Math.max(greatest, Math.abs(a[i] - b[i]));
    }
    return greatest;
  }

  @Test
  void theTableOfPositionsIsKeptButNotTrained() {
    // given weight decay, which would move it
    TrainingPlan plan = plan(ExampleSpec.pixels(1, 8, 8), Precision.FLOAT32);
    int[] labels = TinyModel.labels(4);
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      // when
      for (int step = 0; step < 3; step++) {
        trainer.step(step, TinyModel.images(labels, 1), labels, TinyModel.ones(4));
      }

      // then
      float[] table = Positions.table(4, 4, 32);
      assertThat(trainer.weights().get("pos_embed").floats()).containsExactly(table);
      assertThat(trainer.emaWeights().get("pos_embed").floats()).containsExactly(table);
      assertThat(table[32]).isEqualTo((float) Math.sin(1));
      assertThat(table[4 * 32 + 16]).isEqualTo((float) Math.sin(1));
    }
  }

  @Test
  void learnsAndSamplesLatentsThatAreNotSquare() {
    // given latents of two channels of 4×8 whose sign is their class
    ExampleSpec example = ExampleSpec.latents(2, 4, 8);
    TrainingPlan plan = plan(example, Precision.FLOAT32);
    int[] labels = TinyModel.labels(12);
    SplittableRandom random = new SplittableRandom(1);
    ByteBuffer latents = ByteBuffer.allocate(12 * example.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 12 * 64; i++) {
      latents.putFloat((float) (labels[i / 64] - 1 + random.nextDouble(-0.1, 0.1)));
    }
    Map<String, Tensor> weights;
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      double before = mean(trainer.losses(7, latents.array(), labels));

      // when
      for (int step = 0; step < 250; step++) {
        trainer.step(step, latents.array(), labels, TinyModel.ones(12));
      }

      // then
      assertThat(mean(trainer.losses(7, latents.array(), labels))).isLessThan(0.6 * before);
      weights = trainer.emaWeights();
    }
    // and samples by the learned variance and by DDIM are finite and of their class
    try (Denoiser denoiser = Denoiser.load(torch, plan.model(), plan.schedule(), weights)) {
      for (SamplingPlan sampling :
          List.of(SamplingPlan.ddim(50, 1.5, 6, 3), SamplingPlan.ddpm(50, 1.5, 6, 3))) {
        byte[] drawn = denoiser.sample(sampling, new int[] {0, 0, 0, 2, 2, 2});
        assertThat(mean(drawn, 0, 3 * 64)).as("class 0, " + sampling).isLessThan(-0.3);
        assertThat(mean(drawn, 3 * 64, 6 * 64)).as("class 2, " + sampling).isGreaterThan(0.3);
      }
    }
  }

  @Test
  void namesTheSettingThatCannotBe() {
    assertThatThrownBy(() -> new Dit(2, 30, 2, 4, 4, true, 3, false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("hiddenSize cannot be 30");
    assertThatThrownBy(
            () -> DenoiserConfig.of(ModelSpec.of("dit", null), ExampleSpec.pixels(3, 31, 32), 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("3×31×32")
        .hasMessageContaining("patchSize");
    assertThatThrownBy(
            () ->
                new DenoiserConfig(
                    TINY, ExampleSpec.pixels(1, 8, 8), new Conditioning.TokenSequences(7, 5)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("class labels");
    assertThatThrownBy(
            () ->
                DenoiserConfig.of(
                    ModelSpec.of("unet", "dit-s/2"), ExampleSpec.pixels(3, 32, 32), 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("dit-s/2")
        .hasMessageContaining("ddpm-tiny");
  }

  @Test
  void aConfigurationSurvivesJson() {
    DenoiserConfig model =
        new DenoiserConfig(TINY, ExampleSpec.latents(4, 8, 6), new Conditioning.ClassLabels(5));

    DenoiserConfig again = Json.parse(Json.bytes(model), DenoiserConfig.class, "copy");

    assertThat(again).isEqualTo(model);
    assertThat(Json.pretty(model)).contains("\"dit\"", "\"latents\"", "\"class-labels\"");
  }

  private static TrainingPlan plan(ExampleSpec example, Precision precision) {
    return plan(TINY, example, precision, 0);
  }

  private static TrainingPlan plan(
      Dit dit, ExampleSpec example, Precision precision, int microBatch) {
    TrainingPlan tiny = TinyModel.plan(precision, 1);
    return new TrainingPlan(
        new DenoiserConfig(dit, example, new Conditioning.ClassLabels(3)),
        tiny.schedule(),
        tiny.objective(),
        tiny.optimiser(),
        precision,
        microBatch,
        1);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double mean(byte[] floats, int from, int to) {
    ByteBuffer values = ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN);
    List<Float> part = new ArrayList<>();
    for (int i = from; i < to; i++) {
      part.add(values.getFloat(i * Float.BYTES));
    }
    assertThat(part).allMatch(Float::isFinite);
    return part.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
  }

  private static JsonNode listing() throws IOException {
    try (InputStream stream = DitTest.class.getResourceAsStream("/golden/dit.params.json")) {
      return Json.mapper().readTree(stream);
    }
  }
}
