package io.winnow.torch.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Convolutions as {@link Layers} writes them against the engine's own in float64, which is another
 * implementation. oneDNN 3.7 fails these on AMD Zen 5 where its blocks of 16 are not filled.
 */
class ConvolutionTest {
  private static final String COMPARE =
      """
      def same(self: __torch__.Kernel, x: Tensor, w: Tensor, b: Tensor) -> List[Tensor]:
        flat = [torch.cat([torch.reshape(w, [-1]), b])]
        h = torch.to((self).layer(torch.contiguous(torch.to(x, %1$d), memory_format=%2$d), (self).parameters(flat, ), ), 7)
        d = torch.conv2d(torch.to(x, 7), torch.to(w, 7), torch.to(b, 7), [%3$d, %3$d], [%4$d, %4$d])
        e = torch.cos(torch.mul(torch.detach(d), 3.))
        g = torch.autograd.grad([torch.sum(torch.mul(h, e))], [x, w, b])
        r = torch.autograd.grad([torch.sum(torch.mul(d, e))], [x, w, b])
        return [(self).gap(h, d, ), (self).gap(unchecked_cast(Tensor, g[0]), unchecked_cast(Tensor, r[0]), ), (self).gap(unchecked_cast(Tensor, g[1]), unchecked_cast(Tensor, r[1]), ), (self).gap(unchecked_cast(Tensor, g[2]), unchecked_cast(Tensor, r[2]), )]
      """;

  private static final String GAP =
      """
      # the largest difference over the largest value
      def gap(self: __torch__.Kernel, a: Tensor, b: Tensor) -> Tensor:
        return torch.to(torch.div(torch.max(torch.abs(torch.sub(a, b))), torch.max(torch.abs(b))), 6)
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

  @ParameterizedTest(name = "{0} to {1} channels, {2}×{2}, stride {3}, size {4}")
  @CsvSource({
    "64, 3, 3, 1, 32",
    "64, 1, 3, 1, 28",
    "12, 8, 3, 1, 8",
    "8, 8, 3, 2, 8",
    "24, 16, 3, 1, 4",
    "40, 24, 3, 1, 9",
    "32, 12, 3, 1, 14",
    "3, 32, 3, 1, 32",
    "1, 8, 3, 1, 8",
    "4, 16, 3, 1, 14",
    "24, 8, 1, 1, 8",
    "16, 48, 1, 1, 7",
    "32, 64, 3, 2, 14"
  })
  void equalsFloat64InValueAndGradients(int in, int out, int kernel, int stride, int size) {
    for (Precision precision : Precision.values()) {
      for (Layout layout : Layout.values()) {
        double tolerance = precision == Precision.FLOAT32 ? 1e-5 : 0.02;

        // when the layer and its gradients are taken, thrice, since what is wrong may be garbage
        for (int time = 0; time < 3; time++) {
          float[] gaps = gaps(in, out, kernel, stride, size, precision, layout);

          // then they are those of float64
          for (float gap : gaps) {
            assertThat(gap).as("%s, %s", precision, layout).isLessThan((float) tolerance);
          }
        }
      }
    }
  }

  private static float[] gaps(
      int in, int out, int kernel, int stride, int size, Precision precision, Layout layout) {
    ParameterTable table = new ParameterTable();
    FunctionWriter writer =
        new FunctionWriter("layer", List.of("x: Tensor", "parameters: List[Tensor]"));
    writer.statement("p = (self).cast(parameters, )");
    Value x = new Value("x", List.of(Value.BATCH, in, size, size));
    Value h = new Layers(writer, table).conv("c", x, out, kernel, stride, Layers.Start.GLOROT);
    String layer = writer.finish(h);
    List<String> functions = new ArrayList<>(table.functions(Namespace.ROOT, precision));
    functions.add(layer);
    functions.add(GAP);
    functions.add(
        COMPARE.formatted(precision.scalarType(), layout.memoryFormat(), stride, kernel / 2));
    KernelSource source = new KernelSource("convolution", functions);
    ScriptModule module = torch.kernel(source);
    try (NDManager scope = torch.newScope()) {
      NDArray images = normal(scope, new Shape(4, in, size, size));
      NDArray weight = normal(scope, new Shape(out, in, kernel, kernel));
      NDArray bias = normal(scope, new Shape(out));
      NDList found = module.call(scope, "same", Gradients.RECORD, images, weight, bias);
      float[] gaps = new float[found.size()];
      for (int i = 0; i < gaps.length; i++) {
        gaps[i] = found.get(i).getFloat();
      }
      return gaps;
    }
  }

  private static NDArray normal(NDManager scope, Shape shape) {
    Random random = new Random(shape.size());
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    NDArray drawn = scope.create(values, shape);
    drawn.setRequiresGradient(true);
    return drawn;
  }
}
