package io.winnow.torch.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.FunctionWriter.Gelu;
import io.winnow.torch.kernel.TokenWriter.Bias;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers on tokens against loops in float64. */
class TokenLayersTest {
  private static final int B = 2;
  private static final int T = 5;
  private static final int D = 6;
  private static final Value X = new Value("x", List.of(Value.BATCH, T, D));

  private static Torch torch;

  private record Layer(FunctionWriter writer, TokenWriter tokens, TokenLayers layers) {}

  /** What a layer gives, and the parameters that it had. */
  private record Result(float[] values, Map<String, float[]> parameters) {}

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static Result run(float[] x, float[] context, BiFunction<Layer, Value, Value> write) {
    ParameterTable table = new ParameterTable();
    table.addFrozen("none", List.of(1), Initialiser.constant(0)); // a list must not be empty
    FunctionWriter writer =
        new FunctionWriter("f", List.of("x: Tensor", "context: Tensor", "flat: List[Tensor]"));
    writer.statement("p = (self).parameters(flat, )");
    Layer layer = new Layer(writer, new TokenWriter(writer), new TokenLayers(writer, table));
    String function = writer.finish(write.apply(layer, X));
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(table.functions(Namespace.ROOT, Precision.FLOAT32));
    functions.add(function);
    try (NDManager scope = torch.newScope()) {
      Map<String, Tensor> drawn = new TreeMap<>();
      Map<String, float[]> parameters = new TreeMap<>();
      for (ParameterTable.Parameter p : table.parameters()) {
        float[] values = normal(p.name().hashCode(), p.size());
        parameters.put(p.name(), values);
        drawn.put(p.name(), Tensor.of(values, p.dimensions()));
      }
      float[] values =
          torch
              .kernel(new KernelSource("layer", functions))
              .call(
                  scope,
                  "f",
                  Gradients.NONE,
                  Arguments.none()
                      .add(
                          scope.create(x, new Shape(B, T, D)),
                          scope.create(context, new Shape(B, context.length / B / 4, 4)))
                      .add(ParameterBuckets.upload("weights", scope, table, drawn, "")))
              .head()
              .toFloatArray();
      return new Result(values, parameters);
    }
  }

  private static float[] normal(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double[] row(float[] values, int row, int width) {
    double[] one = new double[width];
    for (int i = 0; i < width; i++) {
      one[i] = values[row * width + i];
    }
    return one;
  }

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).as("element " + i).isCloseTo(expected[i], within(2e-5));
    }
  }

  @Test
  void normalisationsAreThoseOfEachToken() {
    float[] x = normal(1, B * T * D);
    float[] none = new float[B * 4];

    Result affine = run(x, none, (l, v) -> l.layers().layerNorm("n", v, 1e-5));
    Result plain = run(x, none, (l, v) -> l.tokens().layerNorm(v, 1e-6));
    Result rms = run(x, none, (l, v) -> l.layers().rmsNorm("n", v, 1e-6));

    double[] expectedAffine = new double[x.length];
    double[] expectedPlain = new double[x.length];
    double[] expectedRms = new double[x.length];
    for (int r = 0; r < B * T; r++) {
      double[] row = row(x, r, D);
      double mean = 0;
      double square = 0;
      for (double value : row) {
        mean += value / D;
        square += value * value / D;
      }
      double variance = square - mean * mean;
      for (int i = 0; i < D; i++) {
        double centred = row[i] - mean;
        expectedAffine[r * D + i] =
            centred / Math.sqrt(variance + 1e-5) * affine.parameters().get("n.weight")[i]
                + affine.parameters().get("n.bias")[i];
        expectedPlain[r * D + i] = centred / Math.sqrt(variance + 1e-6);
        expectedRms[r * D + i] =
            row[i] / Math.sqrt(square + 1e-6) * rms.parameters().get("n.weight")[i];
      }
    }
    assertClose(affine.values(), expectedAffine);
    assertClose(plain.values(), expectedPlain);
    assertClose(rms.values(), expectedRms);
  }

  @ParameterizedTest
  @EnumSource(Gelu.class)
  void geluIsEachForm(Gelu form) {
    float[] x = normal(2, B * T * D);

    float[] values = run(x, new float[B * 4], (l, v) -> l.writer().gelu(v, form)).values();

    double[] expected = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double inner = Math.sqrt(2 / Math.PI) * (x[i] + 0.044715 * Math.pow(x[i], 3));
      expected[i] =
          switch (form) {
            case TANH -> 0.5 * x[i] * (1 + Math.tanh(inner));
            case SIGMOID -> x[i] / (1 + Math.exp(-1.702 * x[i]));
            case ERF -> x[i] * distribution(x[i]);
          };
    }
    assertClose(values, expected);
  }

  // of the standard normal, by its series: Φ(x) = ½ + φ(x)·Σ x^(2k+1) / (1·3·…·(2k+1))
  private static double distribution(double x) {
    double term = x;
    double sum = x;
    for (int k = 1; k < 100; k++) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void selfAttentionIsThatOfEachHeadWithABiasOrToThePastOnly() {
    float[] x = normal(3, B * T * D);
    float[] bias = normal(4, T * T);
    StringBuilder literal = new StringBuilder("torch.reshape(torch.tensor([");
    for (float value : bias) {
      literal.append((double) value).append(", ");
    }
    String added = literal + "], dtype=6), [1, 1, 5, 5])";

    for (Bias kind : List.of(Bias.NONE, Bias.CAUSAL, Bias.added(added))) {
      Result result =
          run(x, new float[B * 4], (l, v) -> l.layers().selfAttention("attn", v, 2, kind));

      double[][] qkv = linear(x, D, "attn.qkv", result.parameters());
      double[][] q = columns(qkv, 0, D);
      double[][] k = columns(qkv, D, 2 * D);
      double[][] v = columns(qkv, 2 * D, 3 * D);
      double[][] mixed = new double[B * T][D];
      for (int b = 0; b < B; b++) {
        attend(
            q,
            k,
            v,
            b * T,
            T,
            b * T,
            T,
            2,
            kind.causal(),
            kind.expression().equals("None") ? null : bias,
            mixed);
      }
      assertClose(result.values(), linear(mixed, "attn.proj", result.parameters()));
    }
  }

  @Test
  void crossAttentionIsToTheContext() {
    int context = 3;
    float[] x = normal(5, B * T * D);
    float[] c = normal(6, B * context * 4);

    Result result =
        run(
            x,
            c,
            (l, v) ->
                l.layers()
                    .crossAttention(
                        "attn2", v, new Value("context", List.of(Value.BATCH, context, 4)), 3));

    double[][] q = linear(x, D, "attn2.to_q", result.parameters());
    double[][] k = linear(c, 4, "attn2.to_k", result.parameters());
    double[][] v = linear(c, 4, "attn2.to_v", result.parameters());
    double[][] mixed = new double[B * T][D];
    for (int b = 0; b < B; b++) {
      attend(q, k, v, b * T, T, b * context, context, 3, false, null, mixed);
    }
    assertClose(result.values(), linear(mixed, "attn2.to_out.0", result.parameters()));
    assertThat(result.parameters()).doesNotContainKey("attn2.to_q.bias");
  }

  @Test
  void aTokenIsPutInFrontAndTakenBack() {
    float[] x = normal(8, B * T * D);

    Result result =
        run(
            x,
            new float[B * 4],
            (l, v) -> {
              Value longer = l.tokens().prepend("torch.select(torch.select(x, 0, 1), 0, 2)", v);
              assertThat(longer.shape()).containsExactly(Value.BATCH, T + 1, D);
              assertThat(l.tokens().first(longer).shape()).containsExactly(Value.BATCH, D);
              return longer;
            });

    // then the token is the same in front of every sequence
    float[] token = Arrays.copyOfRange(x, (T + 2) * D, (T + 3) * D);
    for (int b = 0; b < B; b++) {
      int from = b * (T + 1) * D;
      assertThat(Arrays.copyOfRange(result.values(), from, from + D)).containsExactly(token);
      assertThat(Arrays.copyOfRange(result.values(), from + D, from + (T + 1) * D))
          .containsExactly(Arrays.copyOfRange(x, b * T * D, (b + 1) * T * D));
    }
  }

  @Test
  void patchesGoToTokensAndBack() {
    // given an image as a convolution's weight sees it: channel, row, column of a patch
    FunctionWriter writer = new FunctionWriter("f", List.of("x: Tensor"));
    TokenWriter tokens = new TokenWriter(writer);
    Value patches = tokens.patches(new Value("x", List.of(Value.BATCH, 2, 4, 6)), 2);
    String cut = writer.finish(patches);
    FunctionWriter back = new FunctionWriter("g", List.of("x: Tensor"));
    Value image =
        new TokenWriter(back).image(new Value("x", List.of(Value.BATCH, 6, 8)), 2, 3, 2, 2);
    KernelSource source = new KernelSource("patches", List.of(cut, back.finish(image)));
    float[] pixels = new float[48];
    for (int i = 0; i < 48; i++) {
      pixels[i] = i;
    }
    try (NDManager scope = torch.newScope()) {
      // when
      float[] cutUp =
          torch
              .kernel(source)
              .call(scope, "f", Gradients.NONE, scope.create(pixels, new Shape(1, 2, 4, 6)))
              .head()
              .toFloatArray();
      float[] together =
          torch
              .kernel(source)
              .call(scope, "g", Gradients.NONE, scope.create(pixels, new Shape(1, 6, 8)))
              .head()
              .toFloatArray();

      // then
      assertThat(patches.shape()).containsExactly(Value.BATCH, 6, 8);
      assertThat(image.shape()).containsExactly(Value.BATCH, 2, 4, 6);
      for (int token = 0; token < 6; token++) {
        for (int f = 0; f < 8; f++) {
          int row = token / 3 * 2;
          int column = token % 3 * 2;
          int channel = f / 4;
          float pixel = pixels[channel * 24 + (row + f / 2 % 2) * 6 + column + f % 2];
          assertThat(cutUp[token * 8 + f]).isEqualTo(pixel);
          // and back in the order row, column, channel
          int to = f % 2 * 24 + (row + f / 4) * 6 + column + f / 2 % 2;
          assertThat(together[to]).isEqualTo(pixels[token * 8 + f]);
        }
      }
    }
  }

  @Test
  void namesWhatDoesNotFit() {
    FunctionWriter writer = new FunctionWriter("f", List.of("x: Tensor"));
    TokenWriter tokens = new TokenWriter(writer);
    Value vector = new Value("c", List.of(Value.BATCH, D + 1));
    writer.layer("block.3");

    assertThatThrownBy(() -> tokens.splitHeads(X, 4))
        .hasMessageContaining("layer block.3")
        .hasMessageContaining("6 features among 4 heads");
    assertThatThrownBy(() -> tokens.chunk(X, 4)).hasMessageContaining("into 4 parts");
    assertThatThrownBy(() -> tokens.modulate(X, vector, vector))
        .hasMessageContaining("expects B×6");
    assertThatThrownBy(() -> tokens.image(X, 2, 3, 1, 6)).hasMessageContaining("2×3 patches");
  }

  private static double[][] linear(
      float[] x, int width, String name, Map<String, float[]> parameters) {
    double[][] rows = new double[x.length / width][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = row(x, r, width);
    }
    return apply(rows, name, parameters);
  }

  private static double[] linear(double[][] rows, String name, Map<String, float[]> parameters) {
    double[][] made = apply(rows, name, parameters);
    double[] flat = new double[made.length * made[0].length];
    for (int r = 0; r < made.length; r++) {
      System.arraycopy(made[r], 0, flat, r * made[0].length, made[0].length);
    }
    return flat;
  }

  private static double[][] apply(double[][] rows, String name, Map<String, float[]> parameters) {
    float[] weight = parameters.get(name + ".weight");
    float[] bias = parameters.get(name + ".bias");
    int in = rows[0].length;
    int out = weight.length / in;
    double[][] made = new double[rows.length][out];
    for (int r = 0; r < rows.length; r++) {
      for (int o = 0; o < out; o++) {
        made[r][o] = bias == null ? 0 : bias[o];
        for (int i = 0; i < in; i++) {
          made[r][o] += weight[o * in + i] * rows[r][i];
        }
      }
    }
    return made;
  }

  private static double[][] columns(double[][] rows, int from, int to) {
    double[][] cut = new double[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      cut[r] = Arrays.copyOfRange(rows[r], from, to);
    }
    return cut;
  }

  private static void attend(
      double[][] q,
      double[][] k,
      double[][] v,
      int queries,
      int queryCount,
      int keys,
      int keyCount,
      int heads,
      boolean causal,
      float[] bias,
      double[][] mixed) {
    int width = q[0].length / heads;
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < queryCount; i++) {
        double[] weights = new double[keyCount];
        double sum = 0;
        for (int j = 0; j < keyCount; j++) {
          double score = bias == null ? 0 : bias[i * keyCount + j];
          for (int d = 0; d < width; d++) {
            score += q[queries + i][h * width + d] * k[keys + j][h * width + d] / Math.sqrt(width);
          }
          weights[j] = causal && j > i ? 0 : Math.exp(score);
          sum += weights[j];
        }
        for (int d = 0; d < width; d++) {
          for (int j = 0; j < keyCount; j++) {
            mixed[queries + i][h * width + d] += weights[j] / sum * v[keys + j][h * width + d];
          }
        }
      }
    }
  }
}
