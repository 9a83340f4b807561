package io.winnow.torch.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerFunctionsTest {
  private static final List<String> GIVEN =
      List.of(
          """
          def attention(self: __torch__.Kernel, qkv: Tensor, heads: Tensor) -> Tensor:
            return (self).attend(qkv, int(heads), )
          """,
          """
          def dropped(self: __torch__.Kernel, x: Tensor, share: Tensor, seed: Tensor) -> Tensor:
            return (self).dropout(x, float(share), torch.Generator(seed=int(seed)), )
          """,
          """
          def drawn(self: __torch__.Kernel, n: Tensor, seed: Tensor) -> Tensor:
            return (self).draws(int(n), int(seed), ops.prim.device(n), )
          """);

  private static Torch torch;
  private static ScriptModule kernel;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(GIVEN);
    kernel = torch.kernel(new KernelSource("layer functions", functions));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  // 18×18 pixels are more than the two products of matrices are used for.
  @ParameterizedTest(name = "{0} images, {1} heads of {2}, {3}×{3} pixels")
  @CsvSource({"2, 1, 8, 4", "3, 2, 4, 4", "2, 2, 4, 18"})
  void attentionEqualsItsDefinition(int images, int heads, int width, int size) {
    // given queries, keys and values
    int pixels = size * size;
    float[] qkv = normal(images * 3 * heads * width * pixels);

    // when the pixels attend to each other
    float[] mixed;
    try (NDManager scope = torch.newScope()) {
      mixed =
          kernel
              .call(
                  scope,
                  "attention",
                  Gradients.NONE,
                  scope.create(qkv, new Shape(images, 3L * heads * width, size, size)),
                  scope.create(heads))
              .head()
              .toFloatArray();
    }

    // then each is the mean of all values, weighted by the softmax of q·k/√width
    double[] expected = attention(qkv, images, heads, width, pixels);
    assertThat(mixed).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) mixed[i]).isEqualTo(expected[i], within(1e-5));
    }
  }

  // The variances are about a millionth, so that ε shows.
  @ParameterizedTest
  @ValueSource(doubles = {1e-5, 1e-6})
  void groupNormAddsItsEpsilonToTheVariance(double epsilon) {
    // given a layer of two groups of two channels, and an image
    FunctionWriter writer = new FunctionWriter("normed", List.of("x: Tensor", "p: List[Tensor]"));
    ParameterTable table = new ParameterTable();
    Layers layers = new Layers(writer, table);
    Value image = writer.argument("x", List.of(Value.BATCH, 4, 2, 2));
    Value layer =
        epsilon == 1e-5
            ? layers.groupNorm("norm", image, 2)
            : layers.groupNorm("norm", image, 2, epsilon);
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.add(writer.finish(layer));
    functions.add(
        """
        def of(self: __torch__.Kernel, x: Tensor) -> Tensor:
          return (self).normed(x, [torch.ones([4]), torch.zeros([4])], )
        """);
    float[] x = normal(16);
    for (int i = 0; i < x.length; i++) {
      x[i] *= 1e-3f;
    }

    // when
    float[] normed;
    try (NDManager scope = torch.newScope()) {
      normed =
          torch
              .kernel(new KernelSource("group norm", functions))
              .call(scope, "of", Gradients.NONE, scope.create(x, new Shape(1, 4, 2, 2)))
              .head()
              .toFloatArray();
    }

    // then each is its distance from the group's mean over √(variance + ε)
    for (int group = 0; group < 2; group++) {
      double mean = 0;
      double square = 0;
      for (int i = 8 * group; i < 8 * group + 8; i++) {
        mean += x[i] / 8;
        square += (double) x[i] * x[i] / 8;
      }
      for (int i = 8 * group; i < 8 * group + 8; i++) {
        double expected = (x[i] - mean) / Math.sqrt(square - mean * mean + epsilon);
        assertThat((double) normed[i]).isEqualTo(expected, within(1e-5));
      }
    }
  }

  private static double[] attention(float[] qkv, int images, int heads, int width, int pixels) {
    double[] out = new double[images * heads * width * pixels];
    for (int b = 0; b < images; b++) {
      for (int h = 0; h < heads; h++) {
        int q = ((b * 3) * heads + h) * width * pixels;
        int k = ((b * 3 + 1) * heads + h) * width * pixels;
        int v = ((b * 3 + 2) * heads + h) * width * pixels;
        for (int i = 0; i < pixels; i++) {
          double[] weight = new double[pixels];
          double sum = 0;
          for (int j = 0; j < pixels; j++) {
            double score = 0;
            for (int c = 0; c < width; c++) {
              score += (double) qkv[q + c * pixels + i] * qkv[k + c * pixels + j];
            }
            weight[j] = Math.exp(score / Math.sqrt(width));
            sum += weight[j];
          }
          for (int c = 0; c < width; c++) {
            double mean = 0;
            for (int j = 0; j < pixels; j++) {
              mean += weight[j] / sum * qkv[v + c * pixels + j];
            }
            out[((b * heads + h) * width + c) * pixels + i] = mean;
          }
        }
      }
    }
    return out;
  }

  @Test
  void dropoutKeepsItsShareScaledUp() {
    // given an odd number of ones
    int count = 100_001;

    // when a quarter of them is dropped
    float[] left = dropped(count, 0.25, 7);

    // then the others are 1/(1 − ¼), and the share is right to five standard deviations in both
    // halves, which come from different bits
    assertThat(left).containsOnly(0f, (float) (1 / 0.75));
    double tolerance = 5 * Math.sqrt(0.25 * 0.75 / (count / 2));
    for (int half = 0; half < 2; half++) {
      int from = half * (count / 2);
      int zeros = 0;
      for (int i = from; i < from + count / 2; i++) {
        zeros += left[i] == 0 ? 1 : 0;
      }
      assertThat(zeros / (count / 2.0)).isEqualTo(0.25, within(tolerance));
    }
  }

  @Test
  void dropoutIsDecidedByItsSeed() {
    // given the mask of a seed
    float[] once = dropped(1000, 0.5, 3);

    // when it is drawn again, and with another seed
    float[] again = dropped(1000, 0.5, 3);
    float[] other = dropped(1000, 0.5, 4);

    // then only the seed decides
    assertThat(again).containsExactly(once);
    assertThat(Arrays.equals(other, once)).isFalse();
  }

  // dropout on CUDA takes these; SplittableRandom is the JDK's SplitMix64
  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 8_765_432_109_876_543_210L})
  void drawsAreThoseOfSplitMix64(long seed) {
    // given as many numbers as do not fill the last four
    int count = 1001;
    SplittableRandom oracle = new SplittableRandom(seed);
    long[] numbers = oracle.longs(251).toArray();

    // when they are drawn at once
    long[] drawn;
    try (NDManager scope = torch.newScope()) {
      drawn =
          kernel
              .call(scope, "drawn", Gradients.NONE, scope.create(count), scope.create(seed))
              .head()
              .toLongArray();
    }

    // then they are the sequence's, the lowest 15 bits of all first
    long[] expected = new long[count];
    Arrays.setAll(expected, i -> numbers[i % 251] >>> (15 * (i / 251)) & 32767);
    assertThat(drawn).containsExactly(expected);
  }

  private static float[] dropped(int count, double share, long seed) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    try (NDManager scope = torch.newScope()) {
      return kernel
          .call(
              scope,
              "dropped",
              Gradients.NONE,
              scope.create(ones),
              scope.create(share),
              scope.create(seed))
          .head()
          .toFloatArray();
    }
  }

  private static float[] normal(int count) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
