package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.TinyModel;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.unet.Unet;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.Precision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedLossesTest {
  private static final int[] LABELS = TinyModel.labels(7);
  private static final byte[] IMAGES = TinyModel.images(LABELS, 5);
  // wider, with two blocks and without attention: nothing but the images is the proxy's
  private static final DenoiserConfig WIDE =
      new DenoiserConfig(
          new Unet(2, 12, List.of(1, 3), 2, List.of(), 1, 4, 0),
          ExampleSpec.pixels(1, 8, 8),
          new ClassLabels(3));

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
  @CsvSource({"EPSILON, true", "EPSILON, false", "V, true", "V, false"})
  void areThoseOfTwoCallsBitForBit(Prediction prediction, boolean same) {
    // given a proxy after some steps, and a trained reference
    TrainingPlan plan = plan(TinyModel.MODEL, prediction, 1);
    DenoiserConfig other = same ? TinyModel.MODEL : WIDE;
    Map<String, Tensor> weights = trained(plan(other, prediction, 2));
    try (DenoiserTrainer proxy = DenoiserTrainer.create(torch, plan);
        Denoiser reference =
            Denoiser.load(torch, other, plan.schedule(), Precision.FLOAT32, weights);
        PairedLosses paired = PairedLosses.open(torch, proxy, other, weights)) {
      paired.of(1, IMAGES, LABELS);
      steps(proxy, 5);

      // when
      PairedLosses.Losses losses = paired.of(42, IMAGES, LABELS);

      // then
      assertThat(losses.proxy()).containsExactly(proxy.losses(42, IMAGES, LABELS));
      assertThat(losses.reference()).containsExactly(reference.losses(42, IMAGES, LABELS));
      assertThat(losses.proxy()).isNotEqualTo(losses.reference());
    }
  }

  @Test
  void aModelBesideItselfHasEqualLosses() {
    // given
    TrainingPlan plan = plan(TinyModel.MODEL, Prediction.EPSILON, 1);
    try (DenoiserTrainer proxy = DenoiserTrainer.create(torch, plan)) {
      steps(proxy, 3);
      try (PairedLosses paired =
          PairedLosses.open(torch, proxy, TinyModel.MODEL, proxy.weights())) {

        // when
        PairedLosses.Losses losses = paired.of(7, IMAGES, LABELS);

        // then
        assertThat(losses.reference()).containsExactly(losses.proxy());
      }
    }
  }

  @Test
  void aReferenceOfOtherImagesOrOtherWeightsIsRefused() {
    DenoiserConfig larger =
        new DenoiserConfig(
            new Unet(1, 8, List.of(1), 1, List.of(), 1, 4, 0),
            ExampleSpec.pixels(1, 12, 12),
            new ClassLabels(3));
    try (DenoiserTrainer proxy =
        DenoiserTrainer.create(torch, plan(TinyModel.MODEL, Prediction.EPSILON, 1))) {
      assertThatThrownBy(() -> PairedLosses.open(torch, proxy, larger, proxy.weights()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("1×12×12 and 3 classes")
          .hasMessageContaining("1×8×8");
      assertThatThrownBy(() -> PairedLosses.open(torch, proxy, WIDE, proxy.weights()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("parameter");
    }
  }

  private static TrainingPlan plan(DenoiserConfig model, Prediction prediction, long seed) {
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, seed);
    return new TrainingPlan(
        model,
        plan.schedule().with(prediction),
        plan.objective(),
        plan.optimiser(),
        plan.precision(),
        plan.microBatch(),
        seed);
  }

  private static Map<String, Tensor> trained(TrainingPlan plan) {
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      steps(trainer, 10);
      return trainer.emaWeights();
    }
  }

  private static void steps(DenoiserTrainer trainer, int count) {
    for (int step = 0; step < count; step++) {
      trainer.step(step, IMAGES, LABELS, TinyModel.ones(LABELS.length));
    }
  }
}
