package io.winnow.models.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.winnow.models.Pseudo;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.unet.Unet;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.AdamSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against PyTorch's own layers, autograd and AdamW: see src/test/python/unet_golden.py. */
class GoldenUnetTest {
  private static final int B = 4;
  private static final int STEPS = 10;
  private static final Shape IMAGES = new Shape(B, 3, 16, 16);

  // What the script also does, with (t, noise) given; the engine's calls carry tensors only.
  private static final String GIVEN_STEP =
      """
      def given_step(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, w: Tensor, flat: List[Tensor], state: List[Tensor], ema: List[Tensor], step: Tensor, table: Tensor, rates: Tensor) -> List[Tensor]:
        return (self).update(x0, t, noise, y, w, flat, state, ema, step, table, rates, 0, )
      """;

  private static final String GIVEN_EPSILON =
      """
      def given_epsilon(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, flat: List[Tensor], table: Tensor) -> List[Tensor]:
        signal = torch.reshape(torch.index_select(torch.select(table, 0, 0), 0, t), [-1, 1, 1, 1])
        spread = torch.reshape(torch.index_select(torch.select(table, 0, 1), 0, t), [-1, 1, 1, 1])
        p = (self).leaves(flat, )
        e = (self).predict(torch.add(torch.mul(signal, x0), torch.mul(spread, noise)), t, y, p, True, 0, )
        share = torch.index_select(torch.select(table, 0, 2), 0, t)
        losses = torch.mean(torch.square(torch.sub(e, noise)), [1, 2, 3])
        w = torch.div(torch.tensor([0.5, 1., 2., 0.25]), 0.9375)
        g = (self).gradients(torch.mean(torch.mul(torch.mul(w, share), losses)), p, )
        pieces = annotate(List[Tensor], [])
        for i in range(torch.len(g)):
          _0 = torch.append(pieces, torch.reshape(g[i], [-1]))
        return [torch.detach(e), torch.cat(pieces)]
      """;

  private final TrainingPlan plan =
      new TrainingPlan(
          new DenoiserConfig(
              new Unet(2, 8, List.of(1, 2), 1, List.of(4), 2, 4, 0),
              ExampleSpec.pixels(3, 16, 16),
              new ClassLabels(3)),
          NoiseSchedule.linear(),
          new Objective(5, 0.1),
          new AdamSettings(2e-3, 0.9, 0.999, 0.01, 0, 0, 1, 0.5, 0.9),
          Precision.FLOAT32,
          0,
          0);

  @Test
  void equalsPyTorchInEpsilonLossesGradientsAndTenSteps() throws IOException {
    // given the script's parameters and batches
    Map<String, Tensor> golden = golden();
    ParameterTable table = plan.model().parameters();
    List<String> functions = new ArrayList<>(plan.kernel().functions());
    functions.add(GIVEN_STEP);
    functions.add(GIVEN_EPSILON);
    try (Torch torch = Torch.start(new TorchSettings(1, "cpu"));
        NDManager scope = torch.newScope()) {
      ScriptModule kernel = torch.kernel(new KernelSource("golden", functions));
      ParameterBuckets flat =
          ParameterBuckets.upload("weights", scope, table, parameters(table), "");
      ParameterBuckets ema = flat.copy("ema");
      ParameterBuckets m = flat.zeros("state");
      ParameterBuckets v = flat.zeros("state");
      NDArray updates = scope.zeros(new Shape(1));
      NDArray schedule = scope.create(plan.schedule().table(5), new Shape(3, 1000));
      NDArray w = scope.create(new float[] {0.5f, 1, 2, 0.25f});

      // when ε and the gradient of the first batch are taken
      NDArray[] x = batch(scope, 0);
      NDList first =
          kernel.call(
              scope,
              "given_epsilon",
              Gradients.RECORD,
              Arguments.none().add(x).add(flat).add(schedule));

      // then they are PyTorch's
      assertClose("epsilon", first.get(0).toFloatArray(), golden.get("epsilon").floats(), 1e-5);
      Map<String, Tensor> gradient = new HashMap<>();
      download(first.get(1), table, gradient);
      assertAllClose(table, "gradient/", gradient, golden, 1e-4);

      // when ten steps follow, then so are their losses and norms
      for (int step = 0; step < STEPS; step++) {
        x = batch(scope, step);
        NDArray rates =
            scope.create(
                new double[] {plan.optimiser().rate(step), plan.optimiser().emaDecay(step)});
        NDList result =
            kernel.call(
                scope,
                "given_step",
                Gradients.RECORD,
                Arguments.none()
                    .add(x)
                    .add(w)
                    .add(flat)
                    .add(m)
                    .add(v)
                    .add(ema)
                    .add(updates, schedule, rates));
        assertClose(
            "losses " + step,
            result.get(0).toFloatArray(),
            golden.get("losses/" + step).floats(),
            1e-5);
        assertClose(
            "norm " + step,
            new float[] {result.get(1).getFloat()},
            golden.get("norm/" + step).floats(),
            1e-4);
      }

      // then the weights and their mean are PyTorch's too
      Map<String, Tensor> weights = new HashMap<>();
      flat.download("weights/", weights);
      assertAllClose(table, "weights/", weights, golden, 1e-4);
      Map<String, Tensor> means = new HashMap<>();
      ema.download("ema/", means);
      assertAllClose(table, "ema/", means, golden, 1e-4);
    }
  }

  private static void download(NDArray vector, ParameterTable table, Map<String, Tensor> target) {
    float[] all = vector.toFloatArray();
    int at = 0;
    for (ParameterTable.Parameter parameter : table.parameters()) {
      float[] own = Arrays.copyOfRange(all, at, at + parameter.size());
      target.put("gradient/" + parameter.name(), Tensor.of(own, parameter.dimensions()));
      at += parameter.size();
    }
  }

  private static NDArray[] batch(NDManager scope, int step) {
    int size = (int) IMAGES.size();
    return new NDArray[] {
      scope.create(floats(Pseudo.uniform(1000 + step, size), 2, -1), IMAGES),
      scope.create(longs(Pseudo.uniform(3000 + step, B), 1000)),
      scope.create(
          floats(Pseudo.uniform(2000 + step, size), Math.sqrt(12), -0.5 * Math.sqrt(12)), IMAGES),
      scope.create(longs(Pseudo.uniform(4000 + step, B), 4)).toType(DataType.INT64, false)
    };
  }

  private static Map<String, Tensor> parameters(ParameterTable table) {
    List<ParameterTable.Parameter> sorted =
        table.parameters().stream().sorted((a, b) -> a.name().compareTo(b.name())).toList();
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (int k = 0; k < sorted.size(); k++) {
      ParameterTable.Parameter parameter = sorted.get(k);
      boolean scale = parameter.name().contains(".norm") && parameter.name().endsWith("weight");
      float[] drawn = floats(Pseudo.uniform(k + 1, parameter.size()), 0.4, scale ? 0.8 : -0.2);
      values.put(
          parameter.name(),
          Tensor.of(drawn, parameter.shape().stream().mapToLong(Integer::longValue).toArray()));
    }
    return values;
  }

  private static void assertAllClose(
      ParameterTable table,
      String prefix,
      Map<String, Tensor> actual,
      Map<String, Tensor> golden,
      double tolerance) {
    for (ParameterTable.Parameter parameter : table.parameters()) {
      String name = prefix + parameter.name();
      float[] expected = golden.get(name).floats();
      float[] values = Arrays.copyOf(actual.get(name).floats(), expected.length);
      if (name.endsWith(".qkv.bias")) {
        // Softmax does not see a constant added to every key, so the true gradient of the keys'
        // bias
        // is 0 and Adam scales up nothing but rounding.
        int third = parameter.size() / 3;
        Arrays.fill(values, third, 2 * third, 0);
        Arrays.fill(expected, third, 2 * third, 0);
      }
      assertClose(name, values, expected, tolerance);
    }
    assertThat(golden.keySet().stream().filter(name -> name.startsWith(prefix)).count())
        .isEqualTo(table.parameters().size());
  }

  // The largest difference over the largest value.
  private static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(actual).hasSameSizeAs(expected);
    assertThat(difference / largest).as(what).isLessThanOrEqualTo(tolerance);
  }

  private static float[] floats(double[] uniform, double scale, double offset) {
    float[] values = new float[uniform.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * uniform[i] + offset);
    }
    return values;
  }

  private static long[] longs(double[] uniform, int bound) {
    return IntStream.range(0, uniform.length)
        .mapToLong(i -> (long) Math.floor(uniform[i] * bound))
        .toArray();
  }

  private static Map<String, Tensor> golden() throws IOException {
    try (InputStream stream =
        GoldenUnetTest.class.getResourceAsStream("/golden/unet.safetensors")) {
      return SafeTensors.parse(stream.readAllBytes(), "golden U-Net");
    }
  }
}
