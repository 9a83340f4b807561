package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.models.TinyModel;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.denoiser.ValueRange;
import io.winnow.models.unet.Unet;
import io.winnow.store.tensor.DType;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The U-Net on float32 images. */
class LatentTrainingTest {
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
  void latentsThatArePixelsInMinusOneToOneTrainToTheSameBits() {
    // given the same images as bytes, and as the floats that the kernel makes of bytes
    int[] labels = TinyModel.labels(6);
    byte[] pixels = TinyModel.images(labels, 3);
    ByteBuffer floats = ByteBuffer.allocate(4 * pixels.length).order(ByteOrder.LITTLE_ENDIAN);
    for (byte pixel : pixels) {
      floats.putFloat((pixel & 0xFF) / 127.5f - 1f);
    }
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, 5);
    float[] ones = TinyModel.ones(6);

    // when both are trained on
    try (DenoiserTrainer onPixels = DenoiserTrainer.create(torch, plan);
        DenoiserTrainer onLatents = DenoiserTrainer.create(torch, onLatents(plan))) {
      for (int step = 0; step < 3; step++) {
        StepResult one = onPixels.step(step, pixels, labels, ones);
        StepResult other = onLatents.step(step, floats.array(), labels, ones);

        // then
        assertThat(other.losses()).containsExactly(one.losses());
      }
      assertThat(onLatents.losses(7, floats.array(), labels))
          .containsExactly(onPixels.losses(7, pixels, labels));
    }
  }

  @Test
  void learnsLatentsOfFourChannelsThroughTheFeeder() {
    // given latents of two classes that differ in their first channel
    DenoiserConfig unet =
        new DenoiserConfig(
            new Unet(1, 16, List.of(1), 1, List.of(), 1, 4, 0),
            ExampleSpec.latents(4, 4, 4),
            new ClassLabels(2));
    ImageShape shape = new ImageShape(4, 4, 4, DType.F32);
    TrainingPlan tiny = TinyModel.plan(Precision.FLOAT32, 1);
    TrainingPlan plan =
        new TrainingPlan(
            unet,
            tiny.schedule(),
            new Objective(0, 0.1),
            tiny.optimiser(),
            Precision.FLOAT32,
            0,
            1);
    int[] labels = new int[32];
    Arrays.setAll(labels, i -> i % 2);
    ByteBuffer values = ByteBuffer.allocate(32 * shape.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 32 * 64; i++) {
      boolean first = i % 64 < 16;
      values.putFloat(
          (float) ((first ? (labels[i / 64] == 0 ? 1 : -1) : 0.5) + random.nextDouble(-0.1, 0.1)));
    }
    ImageBatch rows = new ImageBatch(shape, values.array(), labels);
    int steps = 150;
    BatchRecipe recipe = BatchRecipe.alike(new BatchOrder(32, 16, 3), false, 3, 2);

    // when
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan);
        BatchFeeder feeder = BatchFeeder.start(rows, recipe, 0, steps)) {
      double before = mean(trainer.losses(9, values.array(), labels));
      for (int step = 0; step < steps; step++) {
        Batch batch = feeder.take();
        trainer.step(step, batch.images(), batch.labels(), batch.weights());
      }

      // then the noise is found much better than by guessing 0
      assertThat(before).isGreaterThan(0.5);
      assertThat(mean(trainer.losses(9, values.array(), labels))).isLessThan(0.6 * before);
    }
  }

  private static TrainingPlan onLatents(TrainingPlan plan) {
    DenoiserConfig model = plan.model();
    return new TrainingPlan(
        model.with(model.example().with(ValueRange.LATENTS)),
        plan.schedule(),
        plan.objective(),
        plan.optimiser(),
        plan.precision(),
        plan.microBatch(),
        plan.seed());
  }

  private static double mean(float[] losses) {
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }

  @Test
  void latentsAreNotMirroredAndMustHaveTheirBytes() {
    // given
    BatchRecipe flipping = BatchRecipe.alike(new BatchOrder(4, 2, 3), true, 3, 2);
    ImageShape shape = new ImageShape(4, 4, 4, DType.F32);

    // when / then
    assertThatThrownBy(() -> flipping.empty(shape))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("training.horizontalFlip");
    try (DenoiserTrainer trainer =
        DenoiserTrainer.create(torch, onLatents(TinyModel.plan(Precision.FLOAT32, 1)))) {
      assertThatThrownBy(() -> trainer.step(0, new byte[64], new int[1], new float[] {1}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("4 bytes per value");
    }
  }
}
