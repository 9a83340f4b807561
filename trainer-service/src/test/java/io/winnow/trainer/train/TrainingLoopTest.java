package io.winnow.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.contracts.spec.TrainingSpecBuilder;
import io.winnow.datasets.ImageBatch;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.TrainingPlan;
import io.winnow.models.train.TrainingPlans;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.StopException;
import io.winnow.stage.testing.FakeJobContext;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.optimiser.AdamSettings;
import io.winnow.trainer.TinyRun;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TrainingLoopTest {
  private static final RunSpec SPEC = TinyRun.run("loop").spec();
  private static final TrainingLoop.Length LENGTH = new TrainingLoop.Length(76, 8, 24, 0);
  private static final ImageBatch ROWS = TinyRun.images(20, 5);
  private static final double[] EVEN = {1, 1};

  private static Torch torch;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static TrainingPlan plan(TrainingSpec training) {
    return TrainingPlans.model(
        DenoiserConfig.of(SPEC.model(), ExampleSpec.pixels(1, 8, 8), 2), training, 11);
  }

  private static TrainingLoop loop(double[] classWeights) {
    return loop(plan(SPEC.training()), LENGTH, classWeights);
  }

  private static TrainingLoop loop(
      TrainingPlan plan, TrainingLoop.Length length, double[] classWeights) {
    return new TrainingLoop(
        torch,
        plan,
        length,
        new TrainingLoop.Data(ROWS, SPEC.training().horizontalFlip(), classWeights));
  }

  private static byte[] bytes(Map<String, Tensor> tensors) {
    return SafeTensors.bytes(tensors, Map.of());
  }

  private static void assertSameBits(TrainingLoop.Trained one, TrainingLoop.Trained other) {
    assertThat(bytes(one.ema())).isEqualTo(bytes(other.ema()));
    assertThat(bytes(one.raw())).isEqualTo(bytes(other.raw()));
    assertThat(one.losses()).isEqualTo(other.losses());
  }

  @Test
  void goesOnFromAnyCheckpointToTheSameBits() {
    // given an undisturbed training, with its checkpoints
    FakeJobContext undisturbed = FakeJobContext.whole();
    TrainingLoop.Trained expected = loop(EVEN).run(undisturbed);

    // then they lie at every 24 images, and the last step sees a whole batch
    assertThat(undisturbed.checkpoints())
        .extracting(Checkpoint::position)
        .containsExactly(24L, 48L, 72L);
    assertThat(undisturbed.progress()).endsWith(64L, 72L, 76L);
    assertThat(undisturbed.images()).isEqualTo(80);
    assertThat(expected.losses()).hasSize(10).doesNotContain(0f);
    // and it shows the mean of its losses, and how long it waited for data
    double mean = IntStream.range(0, 10).mapToDouble(i -> expected.losses()[i]).average().orElse(0);
    assertThat(undisturbed.gauges().get("training.loss").get("")).isCloseTo(mean, within(1e-6));
    assertThat(undisturbed.gauges().get("stage.data.wait").get("")).isBetween(0.0, 1.0);

    // when one goes on from each, then the end is the same
    for (Checkpoint checkpoint : undisturbed.checkpoints()) {
      FakeJobContext resumed = FakeJobContext.whole().from(checkpoint);
      assertSameBits(loop(EVEN).run(resumed), expected);
      assertThat(resumed.progress().get(0)).isEqualTo(Math.min(76, checkpoint.position() + 8));
    }
  }

  @Test
  void keepsACheckpointWhenToldToStop() {
    // given
    TrainingLoop.Trained expected = loop(EVEN).run(FakeJobContext.whole());
    FakeJobContext stopped = FakeJobContext.whole().stoppedAt(32);

    // when it is told to stop after its fourth step
    assertThatThrownBy(() -> loop(EVEN).run(stopped)).isInstanceOf(StopException.class);

    // then the checkpoint is of the fifth, not of the last interval, and training goes on from it
    assertThat(stopped.lastCheckpoint().position()).isEqualTo(40);
    assertSameBits(loop(EVEN).run(FakeJobContext.whole().from(stopped.lastCheckpoint())), expected);
  }

  @Test
  void classWeightsCountByTheirRatioOnly() {
    // given
    TrainingLoop.Trained even = loop(EVEN).run(FakeJobContext.whole());

    // when
    TrainingLoop.Trained doubled = loop(new double[] {2, 2}).run(FakeJobContext.whole());
    TrainingLoop.Trained uneven = loop(new double[] {1.9, 0.1}).run(FakeJobContext.whole());

    // then
    assertSameBits(doubled, even);
    assertThat(bytes(uneven.raw())).isNotEqualTo(bytes(even.raw()));
    assertThat(uneven.losses()[0]).as("the loss told is unweighted").isEqualTo(even.losses()[0]);
  }

  @Test
  void learns() {
    // given a longer training on two plain classes
    TrainingLoop.Length length = new TrainingLoop.Length(1600, 8, 10_000, 0);
    TrainingSpec longer = TrainingSpecBuilder.builder(SPEC.training()).images(1600L).build();

    // when
    float[] losses = loop(plan(longer), length, EVEN).run(FakeJobContext.whole()).losses();

    // then
    assertThat(mean(losses, 180, 200)).isLessThan(0.6 * mean(losses, 0, 20));
  }

  @Test
  void aDivergingTrainingSaysHowManyImagesItSaw() {
    // given a learning rate that leads beyond what a float holds
    TrainingPlan plan = plan(SPEC.training());
    TrainingPlan wild =
        new TrainingPlan(
            plan.model(),
            plan.schedule(),
            plan.objective(),
            new AdamSettings(1e37, 0.9, 0.999, 0, 0, 0, 1, 1e30, 0.9),
            plan.precision(),
            0,
            plan.seed());
    TrainingLoop.Length length = new TrainingLoop.Length(800, 8, 10_000, 0);
    TrainingLoop loop = loop(wild, length, EVEN);

    // when, then
    assertThatThrownBy(() -> loop.run(FakeJobContext.whole()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(
            "(?s)training diverged after \\d+ images, in step \\d+: the loss of the batch's image \\d+ is (NaN|Infinity),"
                + " row \\d+ of the images trained on.*lower the learning rate.*");
  }

  private static double mean(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum / (to - from);
  }
}
