package io.winnow.torch.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Initialiser;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.kernel.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training with Adan against the same in float64, of y = fixed ⊙ (W x + b) towards 0. */
class AdanTrainingTest {
  private static final int BATCH = 5;
  private static final int IN = 3;
  private static final int OUT = 4;
  private static final int STEPS = 12;
  private static final float[] FIXED = {1, 2, 3, 4};
  private static final StepSchedule SCHEDULE = new StepSchedule(2e-2, 3, 20, 0.1, 0.6);

  private static final String STEP =
      """
      def step(self: __torch__.Kernel, x: Tensor, flat: List[Tensor], state: List[Tensor], ema: List[Tensor], step: Tensor, rates: Tensor) -> Tensor:
        p = (self).leaves(flat, )
        loss = torch.mean(torch.square((self).f(x, p, )))
        return (self).apply(flat, (self).gradients(loss, p, ), state, ema, step, rates, )
      """;

  private static Torch torch;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static Adan adan(boolean noProx) {
    return new Adan(new AdanSettings(0.98, 0.92, 0.99, 1e-8, 0.1, noProx, 3), SCHEDULE);
  }

  /** The network, whose frozen row shares a bucket with what is trained if that has room. */
  private static ScriptModule kernel(ParameterTable table, Adan adan) {
    FunctionWriter writer =
        new FunctionWriter("f", List.of("x: Tensor", "parameters: List[Tensor]"));
    Layers layers = new Layers(writer, table);
    writer.statement("p = (self).cast(parameters, )");
    String fixed =
        table.addFrozen("fixed", List.of(1, OUT), Initialiser.table("a row", FIXED::clone));
    Value h = layers.linear("layer", new Value("x", List.of(Value.BATCH, IN)), OUT);
    String function =
        writer.finish(writer.let("torch.mul(%s, %s)".formatted(h.name(), fixed), h.shape()));
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(table.functions(Namespace.ROOT, Precision.FLOAT32));
    functions.add(function);
    functions.addAll(OptimiserKernel.functions(adan));
    functions.add(STEP);
    return torch.kernel(new KernelSource("adan training", functions));
  }

  private static float step(
      ScriptModule kernel, OptimiserState state, NDManager scope, int step, float[] x) {
    Arguments arguments = Arguments.none().add(scope.create(x, new Shape(BATCH, IN)));
    state.addTo(arguments);
    arguments.add(scope.create(new double[] {SCHEDULE.rate(step), SCHEDULE.emaDecay(step)}));
    return kernel.call(scope, "step", Gradients.RECORD, arguments).head().getFloat();
  }

  private static float[] batch(int step) {
    Random random = new Random(step);
    float[] x = new float[BATCH * IN];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() * (step % 3 == 0 ? 2 : 0.3));
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource({"1000, false", "1000, true", "5, false"})
  void equalsTheSameInFloat64(int capacity, boolean noProx) {
    // given
    Adan adan = adan(noProx);
    ParameterTable table = new ParameterTable(capacity);
    ScriptModule kernel = kernel(table, adan);
    try (NDManager scope = torch.newScope();
        OptimiserState state = OptimiserState.initial(adan, table, torch.newScope(), 7)) {
      Oracle oracle = new Oracle(adan.settings(), state.exportWeights());
      int clipped = 0;
      for (int step = 0; step < STEPS; step++) {
        // when
        float norm = step(kernel, state, scope, step, batch(step));

        // then
        double expected = oracle.step(step, batch(step));
        assertThat((double) norm).isCloseTo(expected, within(1e-5 * expected));
        clipped += norm > adan.settings().clipNorm() ? 1 : 0;
      }
      assertThat(clipped).isBetween(2, STEPS - 2);
      Map<String, Tensor> end = state.export();
      oracle.assertEqual(end, "weights/", oracle.w);
      oracle.assertEqual(end, "ema/", oracle.ema);
      oracle.assertEqual(end, "adan.m/", oracle.m);
      oracle.assertEqual(end, "adan.d/", oracle.d);
      oracle.assertEqual(end, "adan.n/", oracle.n);
      oracle.assertEqual(end, "adan.previous/", oracle.previous);
      assertThat(end.get("adan.updates").longs()).containsExactly(STEPS);

      // then what is frozen stays
      assertThat(end.get("weights/fixed").floats()).containsExactly(FIXED);
      assertThat(end.get("ema/fixed").floats()).containsExactly(FIXED);
      assertThat(end.get("adan.previous/fixed").floats()).containsOnly(0);
    }
  }

  @Test
  void aGradientThatIsNotFiniteChangesNothing() {
    // given
    ParameterTable table = new ParameterTable();
    ScriptModule kernel = kernel(table, adan(false));
    try (NDManager scope = torch.newScope();
        OptimiserState state = OptimiserState.initial(adan(false), table, torch.newScope(), 7)) {
      step(kernel, state, scope, 0, batch(0));
      byte[] before = SafeTensors.bytes(state.export(), Map.of());
      float[] x = batch(1);
      x[4] = Float.POSITIVE_INFINITY;

      // when
      float norm = step(kernel, state, scope, 1, x);

      // then
      assertThat(norm).isNotFinite();
      assertThat(SafeTensors.bytes(state.export(), Map.of())).isEqualTo(before);
    }
  }

  @Test
  void theStateOfAnotherOptimiserIsRefused() {
    AdamSettings adam = new AdamSettings(1e-2, 0.9, 0.999, 0.1, 0, 0, 1, 0.5, 0.9);
    ParameterTable table = new ParameterTable();
    kernel(table, adan(false));
    try (NDManager scope = torch.newScope();
        OptimiserState state = OptimiserState.initial(adam, table, torch.newScope(), 7)) {
      Map<String, Tensor> saved = state.export();
      assertThatThrownBy(() -> OptimiserState.restore(adan(false), table, scope, saved))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("adan.updates")
          .hasMessageContaining("the same optimiser");
    }
  }

  /** Equations of arXiv 2208.06677 and its code; W row-major, then b. */
  private static final class Oracle {
    private static final int SIZE = OUT * IN + OUT;

    private final AdanSettings settings;
    private final double[] w = new double[SIZE];
    private final double[] ema;
    private final double[] m = new double[SIZE];
    private final double[] d = new double[SIZE];
    private final double[] n = new double[SIZE];
    private double[] previous;

    Oracle(AdanSettings settings, Map<String, Tensor> weights) {
      this.settings = settings;
      for (int i = 0; i < SIZE; i++) {
        w[i] = value(weights, "", i);
      }
      this.ema = w.clone();
    }

    private static double value(Map<String, Tensor> tensors, String prefix, int i) {
      return i < OUT * IN
          ? tensors.get(prefix + "layer.weight").floats()[i]
          : tensors.get(prefix + "layer.bias").floats()[i - OUT * IN];
    }

    /** Returns the norm of the gradient before clipping. */
    double step(int step, float[] x) {
      double[] g = gradient(x);
      double norm = 0;
      for (double one : g) {
        norm += one * one;
      }
      norm = Math.sqrt(norm);
      double scale = Math.min(1, settings.clipNorm() / (norm + settings.epsilon()));
      int k = step + 1;
      double rate = SCHEDULE.rate(step);
      for (int i = 0; i < SIZE; i++) {
        g[i] *= scale;
        double difference = previous == null ? 0 : g[i] - previous[i];
        double looked = g[i] + settings.beta2() * difference;
        m[i] = settings.beta1() * m[i] + (1 - settings.beta1()) * g[i];
        d[i] = settings.beta2() * d[i] + (1 - settings.beta2()) * difference;
        n[i] = settings.beta3() * n[i] + (1 - settings.beta3()) * looked * looked;
        double direction =
            (m[i] / (1 - Math.pow(settings.beta1(), k))
                    + settings.beta2() * d[i] / (1 - Math.pow(settings.beta2(), k)))
                / (Math.sqrt(n[i] / (1 - Math.pow(settings.beta3(), k))) + settings.epsilon());
        double decay = rate * settings.weightDecay();
        w[i] =
            settings.noProx()
                ? w[i] * (1 - decay) - rate * direction
                : (w[i] - rate * direction) / (1 + decay);
        ema[i] += (1 - SCHEDULE.emaDecay(step)) * (w[i] - ema[i]);
      }
      previous = g;
      return norm;
    }

    private double[] gradient(float[] x) {
      double[] g = new double[SIZE];
      for (int b = 0; b < BATCH; b++) {
        for (int o = 0; o < OUT; o++) {
          double h = w[OUT * IN + o];
          for (int i = 0; i < IN; i++) {
            h += w[o * IN + i] * x[b * IN + i];
          }
          double back = 2 * FIXED[o] * FIXED[o] * h / (BATCH * OUT);
          g[OUT * IN + o] += back;
          for (int i = 0; i < IN; i++) {
            g[o * IN + i] += back * x[b * IN + i];
          }
        }
      }
      return g;
    }

    void assertEqual(Map<String, Tensor> state, String prefix, double[] expected) {
      for (int i = 0; i < SIZE; i++) {
        assertThat(value(state, prefix, i))
            .as(prefix + i)
            .isCloseTo(expected[i], within(2e-5 * Math.max(1, Math.abs(expected[i]))));
      }
    }
  }
}
