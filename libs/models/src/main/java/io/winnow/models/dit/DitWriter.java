package io.winnow.models.dit;

import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.TokenWriter.Bias;
import io.winnow.torch.kernel.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a {@link Dit} as kernel functions: those of {@link DitParts}; {@code block(x, c, p)}, one
 * block, given that block's parameters; {@code predict}, the whole.
 */
final class DitWriter {
  private final Dit config;
  private final DitParts parts;
  private final NetworkOptions options;
  private final Namespace names;
  private final ParameterTable table = new ParameterTable();

  DitWriter(Dit config, ExampleSpec example, ClassLabels labels, NetworkOptions options) {
    this.config = config;
    this.parts =
        new DitParts(
            example,
            labels,
            config.patchSize(),
            config.hiddenSize(),
            config.outputChannels(example),
            options);
    this.options = options;
    this.names = options.namespace();
  }

  Network network() {
    // In the order of the parameters in the authors' files.
    String positions = table.addFrozen("pos_embed", parts.positionShape(), parts.positions());
    String tokens = parts.tokens(table, positions);
    int afterTokens = table.parameters().size();
    String condition = parts.condition(table);
    ParameterTable block = new ParameterTable();
    String blockFunction = block(block);
    int first = 0;
    for (int i = 0; i < config.depth(); i++) {
      int at = table.addAll("blocks." + i + ".", block);
      first = i == 0 ? at : first;
    }
    String head = parts.head(table);
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(table.functions(names, options.precision()));
    functions.addAll(List.of(tokens, parts.sinusoids(), condition, blockFunction, head));
    functions.add(parts.image());
    int perBlock = block.parameters().size();
    functions.add(predict(first, perBlock));
    if (config.gradientCheckpointing()) {
      functions.addAll(
          Recomputation.functions(names, afterTokens, first, perBlock, config.depth()));
    }
    return new Network(names, table, functions, config.gradientCheckpointing(), false);
  }

  private String block(ParameterTable own) {
    FunctionWriter writer =
        new FunctionWriter(
            names.name("block"), List.of("x: Tensor", "c: Tensor", "p: List[Tensor]"));
    Value x = writer.argument("x", List.of(Value.BATCH, parts.count(), config.hiddenSize()));
    return writer.finish(parts.block(writer, own, x, config.heads(), config.mlpSize(), Bias.NONE));
  }

  private String predict(int first, int perBlock) {
    return """
    def %1$s(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, parameters: List[Tensor], training: bool, seed: int) -> Tensor:
      p = %2$s(parameters, )
      c = %3$s(t, y, p, )
      h = %4$s(x, p, )
      for i in range(%5$d):
        from = torch.add(%6$d, torch.mul(i, %7$d))
        h = %8$s(h, c, torch.slice(p, from, torch.add(from, %7$d)), )
      return %9$s(%10$s(h, c, p, ), )
    """
        .formatted(
            names.name("predict"),
            names.call("cast"),
            names.call("condition"),
            names.call("tokens"),
            config.depth(),
            first,
            perBlock,
            names.call("block"),
            names.call("image"),
            names.call("head"));
  }
}
