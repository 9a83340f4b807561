package io.winnow.models.surrogate;

import io.winnow.models.denoiser.ValueRange;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.kernel.Value;
import io.winnow.torch.optimiser.Optimiser;
import io.winnow.torch.optimiser.OptimiserKernel;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a {@link ClassifierConfig} as kernel functions: the architecture up to its features, a
 * linear layer from features to classes, and training. The network receives (x − ½) / ½ for pixels
 * x in [0, 1].
 */
final class ClassifierKernel {
  private static final String STEP =
      """
      def train_step(self: __torch__.Kernel, images: Tensor, y: Tensor, flat: List[Tensor], state: List[Tensor], ema: List[Tensor], step: Tensor, rates: Tensor, seeds: Tensor) -> List[Tensor]:
        g = torch.Generator(seed=int(seeds[0]))
        x0 = (self).pixels(images, )
        mirrored = torch.lt(torch.rand([torch.size(x0, 0), 1, 1, 1], generator=g), %s)
        x = torch.where(torch.to(mirrored, ops.prim.device(x0)), torch.flip(x0, [3]), x0)
        p = (self).leaves(flat, )
        scores = torch.log_softmax((self).logits(x, p, ), 1)
        losses = torch.neg(torch.squeeze(torch.gather(scores, 1, torch.unsqueeze(y, 1)), 1))
        gradients = (self).gradients(torch.mean(losses), p, )
        norm = (self).apply(flat, gradients, state, ema, step, rates, )
        return [torch.detach(losses), norm]
      """;

  private static final String PIXELS =
      """
      # uint8 to [-1, 1], as the surrogate's input has mean 0.5 and standard deviation 0.5
      def pixels(self: __torch__.Kernel, images: Tensor) -> Tensor:
        return %s
      """
          .formatted(ValueRange.PIXELS.toFloat());

  private static final String FEATURES =
      """
      # the input of the last layer
      def features(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> Tensor:
        return (self).pooled(x, (self).parameters(flat, ), )
      """;

  private static final String PREDICT =
      """
      # the most likely class
      def predict(self: __torch__.Kernel, images: Tensor, flat: List[Tensor]) -> Tensor:
        return torch.argmax((self).logits((self).pixels(images, ), (self).parameters(flat, ), ), 1)
      """;

  private ClassifierKernel() {}

  /**
   * The network: {@code features(x, flat)} gives float32 B×d and {@code logits(x, parameters)}
   * B×classes for x float32 B×C×H×W.
   */
  static Network network(ClassifierConfig config) {
    ParameterTable table = new ParameterTable();
    String pooled = pooled(config, table);
    String logits = logits(config, table);
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(table.functions(Namespace.ROOT, Precision.FLOAT32));
    functions.add(pooled);
    functions.add(FEATURES);
    functions.add(logits);
    return new Network(Namespace.ROOT, table, functions);
  }

  /** The kernel that gives features. */
  static KernelSource inference(Network network) {
    return new KernelSource("classifier", network.functions());
  }

  /** The kernel that trains and predicts. */
  static KernelSource training(Network network, Optimiser optimiser, boolean flip) {
    List<String> functions = new ArrayList<>(network.functions());
    functions.add(PIXELS);
    functions.add(PREDICT);
    functions.addAll(OptimiserKernel.functions(optimiser));
    functions.add(STEP.formatted(FunctionWriter.literal(flip ? 0.5 : 0)));
    return new KernelSource("classifier training", functions);
  }

  private static String pooled(ClassifierConfig config, ParameterTable table) {
    FunctionWriter writer =
        new FunctionWriter("pooled", List.of("x: Tensor", "parameters: List[Tensor]"));
    writer.statement("p = (self).cast(parameters, )");
    Value image =
        new Value(
            "x",
            List.of(Value.BATCH, config.imageChannels(), config.imageSize(), config.imageSize()));
    return writer.finish(config.architecture().features(writer, new Layers(writer, table), image));
  }

  private static String logits(ClassifierConfig config, ParameterTable table) {
    FunctionWriter writer =
        new FunctionWriter("logits", List.of("x: Tensor", "parameters: List[Tensor]"));
    writer.statement("p = (self).cast(parameters, )");
    Value features =
        writer.let("(self).pooled(x, parameters, )", List.of(Value.BATCH, config.dimension()));
    return writer.finish(new Layers(writer, table).linear("logits", features, config.classes()));
  }
}
