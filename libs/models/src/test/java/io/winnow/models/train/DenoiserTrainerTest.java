package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.TinyModel;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.sample.Denoiser;
import io.winnow.models.unet.Unet;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.Precision;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DenoiserTrainerTest {
  private static final int B = 12;
  private static final int[] LABELS = TinyModel.labels(B);
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

  @ParameterizedTest
  @EnumSource(Precision.class)
  void learnsToPredictTheNoise(Precision precision) {
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, TinyModel.plan(precision, 1))) {
      // given the loss of a model that predicts 0: about the noise's variance
      double before = mean(trainer.losses(7, IMAGES, LABELS));
      assertThat(before).isBetween(0.8, 1.2);

      // when it trains
      for (int step = 0; step < 80; step++) {
        trainer.step(step, IMAGES, LABELS, TinyModel.ones(B));
      }

      // then most of it is gone
      assertThat(mean(trainer.losses(7, IMAGES, LABELS))).isLessThan(0.6 * before);
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void resumesBitForBit(Precision precision) {
    TrainingPlan plan = TinyModel.plan(precision, 2);
    byte[] uninterrupted;
    float[] losses;
    Map<String, Tensor> saved;
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      // given the state after 4 of 9 steps
      steps(trainer, 0, 4);
      saved = SafeTensors.parse(SafeTensors.bytes(trainer.state(), Map.of()), "checkpoint");
      losses = steps(trainer, 4, 9);
      uninterrupted = SafeTensors.bytes(trainer.state(), Map.of());
    }

    // when another engine and trainer go on from it
    try (Torch other = Torch.start(new TorchSettings(1, "cpu"));
        DenoiserTrainer resumed = DenoiserTrainer.restore(other, plan, saved)) {
      float[] resumedLosses = steps(resumed, 4, 9);

      // then nothing differs
      assertThat(resumedLosses).isEqualTo(losses);
      assertThat(SafeTensors.bytes(resumed.state(), Map.of())).isEqualTo(uninterrupted);
    }
  }

  @Test
  void aRunDependsOnItsSeedOnly() {
    byte[] first = weightsAfterThreeSteps(3);

    assertThat(weightsAfterThreeSteps(3)).isEqualTo(first);
    assertThat(weightsAfterThreeSteps(4)).isNotEqualTo(first);
  }

  @Test
  void onlyTheRatiosOfWeightsCount() {
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, 5);
    float[] twos = new float[B];
    Arrays.fill(twos, 2);
    try (DenoiserTrainer one = DenoiserTrainer.create(torch, plan);
        DenoiserTrainer two = DenoiserTrainer.create(torch, plan)) {
      // when every weight is doubled
      one.step(0, IMAGES, LABELS, TinyModel.ones(B));
      two.step(0, IMAGES, LABELS, twos);

      // then the step is the same
      assertThat(SafeTensors.bytes(two.weights(), Map.of()))
          .isEqualTo(SafeTensors.bytes(one.weights(), Map.of()));
    }
  }

  @Test
  void aSampleOfWeightZeroChangesNothing() {
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, 5);
    float[] weights = TinyModel.ones(B);
    weights[3] = 0;
    byte[] changed = IMAGES.clone();
    Arrays.fill(changed, 3 * 64, 4 * 64, (byte) 0);
    try (DenoiserTrainer one = DenoiserTrainer.create(torch, plan);
        DenoiserTrainer two = DenoiserTrainer.create(torch, plan)) {
      // when trainers see different images only where the weight is 0; two steps, as the model's
      // last layer starts at zero and holds back the gradient of all others in the first
      for (int step = 0; step < 2; step++) {
        one.step(step, IMAGES, LABELS, weights);
        two.step(step, changed, LABELS, weights);
      }

      // then they end with the same weights up to rounding
      for (String name : one.weights().keySet()) {
        float[] a = one.weights().get(name).floats();
        float[] b = two.weights().get(name).floats();
        for (int i = 0; i < a.length; i++) {
          assertThat(b[i]).as(name).isCloseTo(a[i], within(1e-4f));
        }
      }
    }
  }

  @Test
  void modelsOfDifferentArchitectureSeeTheSameDraws() {
    DenoiserConfig wide =
        new DenoiserConfig(
            new Unet(2, 16, List.of(1), 2, List.of(), 1, 8, 0),
            ExampleSpec.pixels(1, 8, 8),
            new ClassLabels(3));
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, 6);
    TrainingPlan widePlan =
        new TrainingPlan(
            wide, plan.schedule(), plan.objective(), plan.optimiser(), plan.precision(), 0, 99);
    try (DenoiserTrainer proxy = DenoiserTrainer.create(torch, plan);
        DenoiserTrainer other = DenoiserTrainer.create(torch, widePlan);
        Denoiser reference = Denoiser.load(torch, wide, plan.schedule(), other.weights())) {
      // given untrained models, which predict 0, so that a loss is the mean square of ε itself
      float[] proxyLosses = proxy.losses(11, IMAGES, LABELS);

      // then equal losses mean equal noise
      assertThat(reference.losses(11, IMAGES, LABELS)).isEqualTo(proxyLosses);
      assertThat(reference.losses(12, IMAGES, LABELS)).isNotEqualTo(proxyLosses);
      assertThat(proxyLosses).doesNotHaveDuplicates();
    }
  }

  @Test
  void trainerAndDenoiserGiveTheSameLosses() {
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, 6);
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      steps(trainer, 0, 5);
      try (Denoiser denoiser =
          Denoiser.load(torch, plan.model(), plan.schedule(), trainer.weights())) {
        assertThat(denoiser.losses(1, IMAGES, LABELS)).isEqualTo(trainer.losses(1, IMAGES, LABELS));
      }
    }
  }

  @Test
  void stopsAtNanAndKeepsTheState() {
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, 7);
    Map<String, Tensor> broken;
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      broken = new HashMap<>(trainer.state());
    }
    // given a weight that is not a number
    float[] bias = broken.get("weights/out.conv.bias").floats();
    bias[0] = Float.NaN;
    broken.put("weights/out.conv.bias", Tensor.of(bias, bias.length));

    try (DenoiserTrainer trainer = DenoiserTrainer.restore(torch, plan, broken)) {
      // when it takes a step, then it says where it stands
      assertThatThrownBy(() -> trainer.step(8, IMAGES, LABELS, TinyModel.ones(B)))
          .isInstanceOf(TrainingDivergedException.class)
          .hasMessageContaining("step 8 after 96 images")
          .hasMessageContaining("image 0 is NaN");

      // and has changed nothing
      assertThat(SafeTensors.bytes(trainer.state(), Map.of()))
          .isEqualTo(SafeTensors.bytes(order(broken, trainer.state()), Map.of()));
    }
  }

  @Test
  void namesWhatIsWrongWithABatchOrState() {
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, 8);
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      assertThatThrownBy(() -> trainer.step(0, new byte[10], LABELS, TinyModel.ones(B)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("10 bytes of images do not hold 12 images of 1×8×8");
      int[] wrong = LABELS.clone();
      wrong[5] = 3;
      assertThatThrownBy(() -> trainer.losses(0, IMAGES, wrong))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("label 3 of image 5");
      assertThatThrownBy(() -> trainer.step(0, IMAGES, LABELS, new float[B]))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("weights with sum 0.0");
      Map<String, Tensor> partial = new HashMap<>(trainer.state());
      partial.remove("adam.m/in.weight");
      assertThatThrownBy(() -> DenoiserTrainer.restore(torch, plan, partial))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("adam.m/in.weight is missing");
    }
  }

  private static byte[] weightsAfterThreeSteps(long seed) {
    try (DenoiserTrainer trainer =
        DenoiserTrainer.create(torch, TinyModel.plan(Precision.FLOAT32, seed))) {
      steps(trainer, 0, 3);
      return SafeTensors.bytes(trainer.weights(), Map.of());
    }
  }

  private static float[] steps(DenoiserTrainer trainer, int from, int to) {
    float[] last = null;
    for (int step = from; step < to; step++) {
      last = trainer.step(step, IMAGES, LABELS, TinyModel.ones(B)).losses();
    }
    return last;
  }

  private static Map<String, Tensor> order(Map<String, Tensor> tensors, Map<String, Tensor> like) {
    Map<String, Tensor> ordered = new LinkedHashMap<>();
    like.keySet().forEach(name -> ordered.put(name, tensors.get(name)));
    return ordered;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
