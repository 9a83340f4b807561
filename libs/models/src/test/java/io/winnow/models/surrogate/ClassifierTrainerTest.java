package io.winnow.models.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.TinyModel;
import io.winnow.models.train.StepResult;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.optimiser.AdamSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClassifierTrainerTest {
  private static final int B = 24;
  private static final int[] LABELS = TinyModel.labels(B);
  private static final byte[] IMAGES = TinyModel.images(LABELS, 1);
  private static final ClassifierPlan PLAN =
      new ClassifierPlan(
          new ClassifierConfig(new SmallResnet(2, List.of(8, 12), 4), 8, 1, 3),
          new AdamSettings(1e-2, 0.9, 0.999, 0.01, 2, 40, 0.1, 1, 0.8),
          true,
          3);

  private static Torch torch;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  @Test
  void learnsTheClassesOfImagesItHasNotSeen() {
    try (ClassifierTrainer trainer = ClassifierTrainer.create(torch, PLAN)) {
      // given other images of the classes, more than one batch of predictions
      int[] labels = TinyModel.labels(150);
      byte[] images = TinyModel.images(labels, 99);
      assertThat(trainer.accuracy(images, labels)).isLessThan(0.8);

      // when it trains
      StepResult first = trainer.step(0, IMAGES, LABELS);
      StepResult last = steps(trainer, 1, 40);

      // then the loss falls from about that of a guess, and all are right
      assertThat(first.meanLoss()).isBetween(0.5, 3.0);
      assertThat(first.losses()).hasSize(B);
      assertThat(last.meanLoss()).isLessThan(0.2);
      assertThat(trainer.accuracy(images, labels)).isCloseTo(1, within(0.02));
    }
  }

  @Test
  void resumesBitForBit() {
    byte[] uninterrupted;
    Map<String, Tensor> saved;
    try (ClassifierTrainer trainer = ClassifierTrainer.create(torch, PLAN)) {
      steps(trainer, 0, 3);
      saved = SafeTensors.parse(SafeTensors.bytes(trainer.state(), Map.of()), "checkpoint");
      steps(trainer, 3, 6);
      uninterrupted = SafeTensors.bytes(trainer.state(), Map.of());
    }
    try (ClassifierTrainer resumed = ClassifierTrainer.restore(torch, PLAN, saved)) {
      steps(resumed, 3, 6);
      assertThat(SafeTensors.bytes(resumed.state(), Map.of())).isEqualTo(uninterrupted);
    }
  }

  @Test
  void featuresTellTheClassesApart() {
    try (ClassifierTrainer trainer = ClassifierTrainer.create(torch, PLAN)) {
      steps(trainer, 0, 40);
      try (Surrogate surrogate =
          Surrogate.trained(torch, PLAN.model(), trainer.emaWeights(), InferenceOptions.DEFAULT)) {
        float[] features = surrogate.features(IMAGES, B, 1, 8, 8);

        // then an image is nearer to another of its class than to any of another class
        assertThat(surrogate.dimension()).isEqualTo(12);
        assertThat(features).hasSize(B * 12);
        assertThat(distance(features, 0, 3)).isLessThan(distance(features, 0, 1));
        assertThat(distance(features, 0, 3)).isLessThan(distance(features, 0, 2));

        // and an image's features do not depend on its company
        float[] alone = surrogate.features(Arrays.copyOfRange(IMAGES, 64, 128), 1, 1, 8, 8);
        assertThat(alone).isEqualTo(Arrays.copyOfRange(features, 12, 24));
      }
    }
  }

  @Test
  void namesWhatIsWrongWithABatch() {
    try (ClassifierTrainer trainer = ClassifierTrainer.create(torch, PLAN)) {
      assertThatThrownBy(() -> trainer.step(0, new byte[7], LABELS))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("7 bytes are not 24 images of 1×8×8");
      assertThatThrownBy(() -> trainer.step(0, new byte[64], new int[] {-1}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("label -1");
    }
  }

  private static StepResult steps(ClassifierTrainer trainer, int from, int to) {
    StepResult last = null;
    for (int step = from; step < to; step++) {
      last = trainer.step(step, IMAGES, LABELS);
    }
    return last;
  }

  private static double distance(float[] features, int a, int b) {
    double sum = 0;
    for (int j = 0; j < 12; j++) {
      double d = features[a * 12 + j] - features[b * 12 + j];
      sum += d * d;
    }
    return sum;
  }
}
