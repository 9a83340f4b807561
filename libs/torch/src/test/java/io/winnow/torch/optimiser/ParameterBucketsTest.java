package io.winnow.torch.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.provider.EnumSource;

/** Parameters in one vector or in many, and those that are not trained. */
class ParameterBucketsTest {
  private static final AdamSettings ADAM =
      new AdamSettings(1e-2, 0.9, 0.999, 0.1, 0, 0, 1, 0.5, 0.9);

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

  private record Net(ParameterTable table, List<String> functions) {}

  private static Net net(int capacity, Precision precision) {
    ParameterTable table = new ParameterTable(capacity);
    FunctionWriter writer =
        new FunctionWriter("f", List.of("x: Tensor", "parameters: List[Tensor]"));
    Layers layers = new Layers(writer, table);
    writer.statement("p = (self).cast(parameters, )");
    Value x =
        writer.let("torch.to(x, %d)".formatted(precision.scalarType()), List.of(Value.BATCH, 3));
    Value h = writer.silu(layers.linear("first", x, 4));
    String table1 =
        table.addFrozen(
            "fixed", List.of(1, 4), Initialiser.table("a row", () -> new float[] {1, 2, 3, 4}));
    h = writer.let("torch.mul(%s, %s)".formatted(h.name(), table1), h.shape());
    h = layers.linear("second", h, 2);
    String function = writer.finish(writer.let("torch.to(%s, 6)".formatted(h.name()), h.shape()));
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(table.functions(Namespace.ROOT, precision));
    functions.add(function);
    functions.addAll(OptimiserKernel.functions(ADAM));
    functions.add(STEP);
    return new Net(table, functions);
  }

  private static byte[] train(int capacity, Precision precision) {
    Net net = net(capacity, precision);
    ScriptModule kernel = torch.kernel(new KernelSource("buckets " + capacity, net.functions()));
    Random random = new Random(3);
    try (NDManager scope = torch.newScope();
        OptimiserState state = OptimiserState.initial(ADAM, net.table(), torch.newScope(), 7)) {
      for (int step = 0; step < 5; step++) {
        float[] x = new float[15];
        for (int i = 0; i < x.length; i++) {
          x[i] = (float) random.nextGaussian();
        }
        Arguments arguments = Arguments.none().add(scope.create(x, new Shape(5, 3)));
        state.addTo(arguments);
        arguments.add(scope.create(new double[] {ADAM.rate(step), ADAM.emaDecay(step)}));
        kernel.call(scope, "step", Gradients.RECORD, arguments);
      }
      return SafeTensors.bytes(state.export(), Map.of());
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void stepsAreTheSameBitsInOneBucketAndInMany(Precision precision) {
    // given a table whose parameters fit one vector, two, and none together
    assertThat(net(1000, precision).table().buckets()).containsExactly(12 + 4 + 4 + 8 + 2);
    assertThat(net(20, precision).table().buckets()).containsExactly(12 + 4 + 4, 8 + 2);
    assertThat(net(5, precision).table().buckets()).containsExactly(12, 4, 4, 8, 2);

    // then training does not depend on it
    byte[] one = train(1000, precision);
    assertThat(train(20, precision)).isEqualTo(one);
    assertThat(train(5, precision)).isEqualTo(one);
  }

  @Test
  void aFrozenParameterIsSavedButNeitherTrainedNorDecayed() {
    Map<String, Tensor> state = SafeTensors.parse(train(20, Precision.FLOAT32), "state");

    assertThat(state.get("weights/fixed").floats()).containsExactly(1, 2, 3, 4);
    assertThat(state.get("ema/fixed").floats()).containsExactly(1, 2, 3, 4);
    assertThat(state.get("adam.m/fixed").floats()).containsOnly(0);
    assertThat(state.get("adam.v/first.weight").floats()).doesNotContain(0);
  }

  @Test
  void initialTensorsAreThoseOfTheBuckets() {
    ParameterTable table = net(5, Precision.FLOAT32).table();

    try (OptimiserState state = OptimiserState.initial(ADAM, table, torch.newScope(), 9)) {
      assertThat(SafeTensors.bytes(table.initial(9), Map.of()))
          .isEqualTo(SafeTensors.bytes(state.exportWeights(), Map.of()));
    }
  }

  @Test
  void anEntryOfTwoGibibytesIsRefused() {
    Layers layers = new Layers(new FunctionWriter("f", List.of("x: Tensor")), new ParameterTable());

    assertThatThrownBy(
            () -> layers.linear("wide", new Value("x", List.of(Value.BATCH, 1 << 16)), 1 << 16))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("wide.weight");
  }

  @Test
  void namespacesKeepFunctionsApart() {
    assertThat(Namespace.of("reference").name("predict")).isEqualTo("reference_predict");
    assertThat(Namespace.of("reference").call("predict")).isEqualTo("(self).reference_predict");
    assertThat(Namespace.ROOT.call("predict")).isEqualTo("(self).predict");
    assertThatThrownBy(() -> new Namespace("Reference "))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
