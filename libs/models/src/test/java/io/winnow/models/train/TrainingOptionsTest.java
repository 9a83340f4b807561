package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.models.TinyModel;
import io.winnow.models.architecture.Backbone;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.unet.Unet;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layout;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be chosen of a training, each against the same without it or against float64. */
class TrainingOptionsTest {
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
  @ValueSource(ints = {1, 4, 5, 11})
  void gradientsAddedUpOverMicroBatchesAreTheWholeBatchs(int microBatch) {
    // given uneven weights, and no dropout, whose draws depend on what goes through together
    float[] weights = TinyModel.ones(B);
    weights[3] = 5;
    weights[10] = 0;

    // when
    Trained whole = train(plan(NoiseSchedule.linear(), 0), weights);
    Trained parts = train(plan(NoiseSchedule.linear(), microBatch), weights);

    // then; Adam blows up rounding where a gradient is nearly zero
    assertClose(parts.losses(), whole.losses(), 1e-5);
    assertThat(parts.gradientNorm()).isCloseTo(whole.gradientNorm(), withPercentage(1e-3));
    whole.weights().forEach((name, w) -> assertClose(parts.weights().get(name), w, 1e-3));
  }

  @ParameterizedTest
  @EnumSource(Prediction.class)
  void lossesAreTheSquaredErrorOfWhatIsPredicted(Prediction prediction) {
    // given a network whose last layer is not zero, and (x₀, t, ε)
    NoiseSchedule schedule = NoiseSchedule.cosine().with(prediction);
    Backbone network = plan(schedule, 0).backbone(Layout.CONTIGUOUS);
    try (NDManager scope = torch.newScope()) {
      NDArray flat = shaken(scope, network);
      float[] x0 = uniform(1, 64 * 2);
      float[] noise = uniform(2, 64 * 2);
      int[] t = {17, 900};

      // when
      float[] losses =
          call(scope, network, schedule, flat, images(scope, x0), longs(scope, t), noise);

      // then
      double[] signal = schedule.alphasCumprod();
      for (int i = 0; i < 2; i++) {
        double a = Math.sqrt(signal[t[i]]);
        double s = Math.sqrt(1 - signal[t[i]]);
        float[] mixed = new float[64];
        for (int p = 0; p < 64; p++) {
          mixed[p] = (float) (a * x0[64 * i + p] + s * noise[64 * i + p]);
        }
        float[] predicted = predict(scope, network, flat, mixed, t[i], i);
        double sum = 0;
        for (int p = 0; p < 64; p++) {
          double e = noise[64 * i + p];
          double image = x0[64 * i + p];
          double target =
              switch (prediction) {
                case EPSILON -> e;
                case V -> a * e - s * image;
                case X0 -> image;
              };
          sum += (predicted[p] - target) * (predicted[p] - target);
        }
        assertThat((double) losses[i]).isCloseTo(sum / 64, within(1e-5 * sum / 64 + 1e-6));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void imagesMayLieInMemoryEitherWay(Precision precision) {
    try (NDManager scope = torch.newScope()) {
      Backbone plain = backbone(TinyModel.MODEL, precision, Layout.CONTIGUOUS);
      Backbone last = backbone(TinyModel.MODEL, precision, Layout.CHANNELS_LAST);
      NDArray flat = shaken(scope, plain);
      float[] x = uniform(5, 64);

      assertClose(
          predict(scope, last, flat, x, 40, 1),
          predict(scope, plain, flat, x, 40, 1),
          precision == Precision.FLOAT32 ? 1e-5 : 0.05);
    }
  }

  @Test
  void anImageInAFrameIsTheMiddleOfTheLargerOne() {
    // given a model of 6×6 that computes at 8×8, and the model of 8×8 with its weights
    DenoiserConfig small =
        new DenoiserConfig(
            new Unet(2, 8, List.of(1, 2), 1, List.of(2), 2, 4, 0),
            ExampleSpec.pixels(1, 6, 6),
            new ClassLabels(3));
    DenoiserConfig large =
        new DenoiserConfig(
            new Unet(2, 8, List.of(1, 2), 1, List.of(2), 2, 4, 0),
            ExampleSpec.pixels(1, 8, 8),
            new ClassLabels(3));
    assertThat(((Unet) small.architecture()).paddedSize(small.example())).isEqualTo(8);
    try (NDManager scope = torch.newScope()) {
      Backbone framed = backbone(small, Precision.FLOAT32, Layout.CONTIGUOUS);
      NDArray flat = shaken(scope, framed);
      float[] x = uniform(6, 36);
      float[] around = new float[64];
      for (int i = 0; i < 36; i++) {
        around[(i / 6 + 1) * 8 + i % 6 + 1] = x[i];
      }

      // when
      float[] inside = predict(scope, framed, flat, x, 500, 2);
      float[] whole =
          predict(
              scope, backbone(large, Precision.FLOAT32, Layout.CONTIGUOUS), flat, around, 500, 2);

      // then
      float[] middle = new float[36];
      for (int i = 0; i < 36; i++) {
        middle[i] = whole[(i / 6 + 1) * 8 + i % 6 + 1];
      }
      assertThat(inside).isEqualTo(middle);
    }
  }

  private record Trained(float[] losses, double gradientNorm, Map<String, float[]> weights) {}

  private static Trained train(TrainingPlan plan, float[] sampleWeights) {
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      StepResult last = null;
      for (int step = 0; step < 3; step++) {
        last = trainer.step(step, IMAGES, LABELS, sampleWeights);
      }
      Map<String, float[]> weights = new TreeMap<>();
      trainer.weights().forEach((name, tensor) -> weights.put(name, tensor.floats()));
      return new Trained(last.losses(), last.gradientNorm(), weights);
    }
  }

  private static TrainingPlan plan(NoiseSchedule schedule, int microBatch) {
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, 3);
    Unet m = (Unet) plan.model().architecture();
    DenoiserConfig model =
        new DenoiserConfig(
            new Unet(1, m.channels(), m.channelMultipliers(), 1, List.of(4), 2, 4, 0),
            ExampleSpec.pixels(1, 8, 8),
            new ClassLabels(3));
    return new TrainingPlan(
        model, schedule, plan.objective(), plan.optimiser(), Precision.FLOAT32, microBatch, 3);
  }

  private static Backbone backbone(DenoiserConfig model, Precision precision, Layout layout) {
    return Backbone.of(model, new NetworkOptions(Namespace.ROOT, precision, layout));
  }

  private static NDArray shaken(NDManager scope, Backbone backbone) {
    float[] values = uniform(9, (int) backbone.network().parameters().size());
    for (int i = 0; i < values.length; i++) {
      values[i] *= 0.3f;
    }
    return scope.create(values);
  }

  private static float[] call(
      NDManager scope,
      Backbone backbone,
      NoiseSchedule schedule,
      NDArray flat,
      NDArray x0,
      NDArray t,
      float[] noise) {
    List<String> functions = new ArrayList<>(backbone.network().functions());
    functions.addAll(ObjectiveKernel.lossFunctions(backbone, schedule.prediction()));
    functions.add(
        """
        def given(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, flat: Tensor, table: Tensor) -> Tensor:
          return (self).sample_losses(x0, t, noise, y, (self).parameters([flat], ), table, False, 0, )
        """);
    ScriptModule kernel = torch.kernel(new KernelSource("losses", functions));
    NDArray table = scope.create(schedule.table(0), new Shape(3, schedule.timesteps()));
    return kernel
        .call(
            scope,
            "given",
            Gradients.NONE,
            x0,
            t,
            images(scope, noise),
            longs(scope, new int[] {0, 1}),
            flat,
            table)
        .head()
        .toFloatArray();
  }

  private static float[] predict(
      NDManager scope, Backbone backbone, NDArray flat, float[] x, int t, int label) {
    List<String> functions = new ArrayList<>(backbone.network().functions());
    functions.add(
        """
        def given(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, flat: Tensor) -> Tensor:
          return (self).predict(x, t, y, (self).parameters([flat], ), False, 0, )
        """);
    int size = (int) Math.round(Math.sqrt(x.length));
    return torch
        .kernel(new KernelSource("prediction", functions))
        .call(
            scope,
            "given",
            Gradients.NONE,
            scope.create(x, new Shape(1, 1, size, size)),
            longs(scope, new int[] {t}),
            longs(scope, new int[] {label}),
            flat)
        .head()
        .toFloatArray();
  }

  private static NDArray images(NDManager scope, float[] values) {
    return scope.create(values, new Shape(values.length / 64, 1, 8, 8));
  }

  private static NDArray longs(NDManager scope, int[] values) {
    return scope.create(Arrays.stream(values).asLongStream().toArray());
  }

  private static float[] uniform(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return values;
  }

  // The largest difference over the largest value.
  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(actual).hasSameSizeAs(expected);
    assertThat(difference).isLessThanOrEqualTo(tolerance * Math.max(largest, 1e-3));
  }
}
