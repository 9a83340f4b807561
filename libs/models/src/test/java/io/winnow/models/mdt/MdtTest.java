package io.winnow.models.mdt;

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
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.Objective;
import io.winnow.models.train.StepResult;
import io.winnow.models.train.TrainingPlan;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.ParameterTable.Parameter;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.AdamSettings;
import io.winnow.torch.optimiser.Adan;
import io.winnow.torch.optimiser.AdanSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MdtTest {
  private static final Mdt TINY = mdt(0.3);
  private static final int[] LABELS = TinyModel.labels(12);
  private static final byte[] IMAGES = TinyModel.images(LABELS, 1);

  private static Torch torch;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static Mdt mdt(double maskRatio) {
    return new Mdt(2, 32, 5, 4, 4, 1, maskRatio, true, 3);
  }

  @ParameterizedTest
  @CsvSource({
    "mdtv2-s/2, 6, MDTv2_S_2 decode_layer=6 mask_ratio=0.3, 38454872",
    "mdtv2-b/2, 4, MDTv2_B_2 decode_layer=4 mask_ratio=0.3, 150931856",
    "mdtv2-b/2, 6, MDTv2_B_2 decode_layer=6 mask_ratio=0.3, 152112272",
    "mdtv2-xl/2, 4, MDTv2_XL_2 decode_layer=4 mask_ratio=0.3, 742263904"
  })
  void presetsHaveTheParametersOfTheOfficialConfigurations(
      String preset, int decoderDepth, String official, long total) throws IOException {
    // given the listing of the official code, without its buffers
    Map<String, String> expected = new TreeMap<>();
    for (JsonNode config : listing().path("configs")) {
      if (config.path("name").asText().equals(official)) {
        config
            .path("state_dict")
            .forEach(
                entry -> {
                  if (!entry.path(3).asText().equals("buffer")) {
                    expected.put(entry.get(0).asText(), entry.get(1).toString());
                  }
                });
      }
    }

    // when
    ModelSpec spec = new ModelSpec("mdt", preset, Map.of("decoderDepth", decoderDepth));
    DenoiserConfig model = DenoiserConfig.of(spec, ExampleSpec.latents(4, 32, 32), 1000);

    // then
    Map<String, String> actual = new TreeMap<>();
    for (Parameter p : model.parameters().parameters()) {
      actual.put(p.name(), p.shape().toString().replace(" ", ""));
    }
    assertThat(actual).isEqualTo(expected).isNotEmpty();
    assertThat(model.parameters().size()).isEqualTo(total);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void learnsAndResumesBitForBit(double maskRatio) {
    // given
    TrainingPlan plan = plan(mdt(maskRatio), 0, Precision.FLOAT32);
    Map<String, Tensor> saved = null;
    byte[] uninterrupted;
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      double before = mean(trainer.losses(7, IMAGES, LABELS));

      // when it trains
      for (int step = 0; step < 100; step++) {
        if (step == 90) {
          saved = SafeTensors.parse(SafeTensors.bytes(trainer.state(), Map.of()), "state");
        }
        trainer.step(step, IMAGES, LABELS, TinyModel.ones(12));
      }
      uninterrupted = SafeTensors.bytes(trainer.state(), Map.of());

      // then
      assertThat(before).isBetween(0.8, 1.2);
      assertThat(mean(trainer.losses(7, IMAGES, LABELS))).isLessThan(0.7 * before);
    }
    try (DenoiserTrainer resumed = DenoiserTrainer.restore(torch, plan, saved)) {
      for (int step = 90; step < 100; step++) {
        resumed.step(step, IMAGES, LABELS, TinyModel.ones(12));
      }
      assertThat(SafeTensors.bytes(resumed.state(), Map.of())).isEqualTo(uninterrupted);
    }
  }

  @Test
  void resumesBitForBitWithAdan() {
    // given masks, and a batch in parts
    TrainingPlan adam = plan(TINY, 5, Precision.FLOAT32);
    Adan adan =
        new Adan(
            new AdanSettings(0.98, 0.92, 0.99, 1e-8, 0.01, false, 1), adam.optimiser().schedule());
    TrainingPlan plan =
        new TrainingPlan(
            adam.model(),
            adam.schedule(),
            adam.objective(),
            adan,
            adam.precision(),
            adam.microBatch(),
            adam.seed());
    Map<String, Tensor> saved = null;
    byte[] uninterrupted;
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      double before = mean(trainer.losses(7, IMAGES, LABELS));

      // when
      for (int step = 0; step < 60; step++) {
        if (step == 50) {
          saved = SafeTensors.parse(SafeTensors.bytes(trainer.state(), Map.of()), "state");
        }
        trainer.step(step, IMAGES, LABELS, TinyModel.ones(12));
      }
      uninterrupted = SafeTensors.bytes(trainer.state(), Map.of());

      // then it learns
      assertThat(mean(trainer.losses(7, IMAGES, LABELS))).isLessThan(0.8 * before);
    }

    // then the state has everything of Adan and nothing of Adam
    assertThat(saved)
        .containsKeys(
            "adan.m/mask_token",
            "adan.d/mask_token",
            "adan.n/mask_token",
            "adan.previous/mask_token",
            "adan.updates")
        .doesNotContainKey("adam.updates");
    try (DenoiserTrainer resumed = DenoiserTrainer.restore(torch, plan, saved)) {
      for (int step = 50; step < 60; step++) {
        resumed.step(step, IMAGES, LABELS, TinyModel.ones(12));
      }
      assertThat(SafeTensors.bytes(resumed.state(), Map.of())).isEqualTo(uninterrupted);
    }
  }

  @Test
  void onlyTheMaskedPassTrainsTheSideBlock() {
    for (double maskRatio : new double[] {0, 0.3}) {
      TrainingPlan plan = plan(mdt(maskRatio), 0, Precision.FLOAT32);
      try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
        Map<String, Tensor> before = trainer.weights();
        for (int step = 0; step < 3; step++) {
          trainer.step(step, IMAGES, LABELS, TinyModel.ones(12));
        }
        Map<String, Tensor> after = trainer.weights();
        for (String name : List.of("mask_token", "sideblocks.0.mlp.fc1.bias")) {
          boolean same = Arrays.equals(before.get(name).floats(), after.get(name).floats());
          assertThat(same).as(name + " at " + maskRatio).isEqualTo(maskRatio == 0);
        }
      }
    }
  }

  @Test
  void microBatchesMaskAlike() {
    // given equal models, one of which takes the batch in parts that draw the same masks
    try (DenoiserTrainer whole = DenoiserTrainer.create(torch, plan(TINY, 0, Precision.FLOAT32));
        DenoiserTrainer parts = DenoiserTrainer.create(torch, plan(TINY, 5, Precision.FLOAT32))) {
      for (int step = 0; step < 3; step++) {
        // when
        StepResult a = whole.step(step, IMAGES, LABELS, TinyModel.ones(12));
        StepResult b = parts.step(step, IMAGES, LABELS, TinyModel.ones(12));

        // then
        assertThat(b.gradientNorm()).isCloseTo(a.gradientNorm(), within(1e-4 * a.gradientNorm()));
      }
    }
  }

  @Test
  void namesTheSettingThatCannotBe() {
    assertThatThrownBy(() -> mdt(0.8))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("maskRatio cannot be 0.8");
    assertThatThrownBy(() -> new Mdt(2, 32, 5, 4, 4, 4, 0.3, true, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("decoderDepth cannot be 4")
        .hasMessageContaining("use 1 to 3");
    assertThatThrownBy(
            () -> DenoiserConfig.of(ModelSpec.of("mdt", null), ExampleSpec.pixels(3, 31, 32), 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("3×31×32")
        .hasMessageContaining("patchSize");
    assertThatThrownBy(
            () -> DenoiserConfig.of(ModelSpec.of("mdt", null), ExampleSpec.pixels(3, 2, 2), 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("would mask all 1 patches");
  }

  @Test
  void aConfigurationSurvivesJson() {
    DenoiserConfig model =
        new DenoiserConfig(TINY, ExampleSpec.latents(4, 8, 6), new Conditioning.ClassLabels(5));

    assertThat(Json.parse(Json.bytes(model), DenoiserConfig.class, "copy")).isEqualTo(model);
    assertThat(Architectures.presets()).contains("mdtv2-s/2", "mdtv2-xl/2");
  }

  private static TrainingPlan plan(Mdt mdt, int microBatch, Precision precision) {
    DenoiserConfig model =
        new DenoiserConfig(mdt, ExampleSpec.pixels(1, 8, 8), new Conditioning.ClassLabels(3));
    return new TrainingPlan(
        model,
        NoiseSchedule.linear(),
        new Objective(5, 0.1),
        new AdamSettings(3e-3, 0.9, 0.999, 0.01, 2, 500, 0.1, 1, 0.8),
        precision,
        microBatch,
        3);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static JsonNode listing() throws IOException {
    try (InputStream in = MdtTest.class.getResourceAsStream("/golden/mdtv2.params.json")) {
      return Json.mapper().readTree(in);
    }
  }
}
