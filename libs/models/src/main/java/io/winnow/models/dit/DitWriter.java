package io.winnow.models.dit;

import static io.winnow.torch.kernel.FunctionWriter.literal;

import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.FunctionWriter.Gelu;
import io.winnow.torch.kernel.Initialiser;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.TokenLayers;
import io.winnow.torch.kernel.TokenWriter;
import io.winnow.torch.kernel.TokenWriter.Bias;
import io.winnow.torch.kernel.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a {@link Dit} as kernel functions (arXiv 2212.09748, section 3): {@code condition(t, y,
 * p)}, the vector c, B×D; {@code tokens(x, p)}, the patches with their positions, B×T×D; {@code
 * block(x, c, p)}, one block, given that block's parameters; {@code head(x, c, p)}, the last layer,
 * B×T×(patch²·channels); {@code predict}, the whole.
 *
 * <p>As in the authors' code: linear layers start with Glorot's uniform weights, the embeddings'
 * with N(0, 0.02²), those that modulate and the last one with zeros.
 */
final class DitWriter {
  private static final double EPSILON = 1e-6;
  private static final int FREQUENCIES = 256;
  private static final Initialiser NORMAL = Initialiser.normal(0.02);
  private static final Initialiser ZERO = Initialiser.constant(0);

  private final Dit config;
  private final ExampleSpec example;
  private final ClassLabels labels;
  private final NetworkOptions options;
  private final Namespace names;
  private final int rows;
  private final int columns;
  private final ParameterTable table = new ParameterTable();

  DitWriter(Dit config, ExampleSpec example, ClassLabels labels, NetworkOptions options) {
    this.config = config;
    this.example = example;
    this.labels = labels;
    this.options = options;
    this.names = options.namespace();
    this.rows = example.height() / config.patchSize();
    this.columns = example.width() / config.patchSize();
  }

  Network network() {
    // In the order of the parameters in the authors' files.
    String tokens = tokens();
    String condition = condition();
    ParameterTable block = new ParameterTable();
    String blockFunction = block(block);
    int first = 0;
    for (int i = 0; i < config.depth(); i++) {
      int at = table.addAll("blocks." + i + ".", block);
      first = i == 0 ? at : first;
    }
    String head = head();
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(table.functions(names, options.precision()));
    functions.addAll(List.of(tokens, condition, blockFunction, head));
    functions.add(image());
    functions.add(predict(first, block.parameters().size()));
    return new Network(names, table, functions);
  }

  private String tokens() {
    FunctionWriter writer =
        new FunctionWriter(names.name("tokens"), List.of("x: Tensor", "p: List[Tensor]"));
    List<Integer> shape = List.of(1, rows * columns, config.hiddenSize());
    String positions =
        table.addFrozen(
            "pos_embed",
            shape,
            Initialiser.table(
                "sines and cosines of the position",
                () -> Positions.table(rows, columns, config.hiddenSize())));
    writer.layer("enter");
    Value image =
        writer.let(
            "torch.to(x, %d)".formatted(options.precision().scalarType()),
            List.of(Value.BATCH, example.channels(), example.height(), example.width()));
    Value patches =
        new TokenLayers(writer, table)
            .patchEmbedding("x_embedder.proj", image, config.patchSize(), config.hiddenSize());
    writer.layer("pos_embed");
    return writer.finish(new TokenWriter(writer).addTable(patches, positions));
  }

  // Cosines and sines of the timestep through two linear layers, plus the class's vector.
  private String condition() {
    FunctionWriter writer =
        new FunctionWriter(
            names.name("condition"), List.of("t: Tensor", "y: Tensor", "p: List[Tensor]"));
    Layers layers = new Layers(writer, table);
    int half = FREQUENCIES / 2;
    int width = config.hiddenSize();
    writer.layer("t_embedder");
    writer.statement(
        "frequency = torch.exp(torch.div(torch.mul(torch.arange(%d, dtype=6, device=ops.prim.device(t)), %s), %d))"
            .formatted(half, literal(-Math.log(10_000)), half));
    writer.statement("angle = torch.mul(torch.unsqueeze(torch.to(t, 6), 1), frequency)");
    Value sinusoids =
        writer.let(
            "torch.to(torch.cat([torch.cos(angle), torch.sin(angle)], 1), %d)"
                .formatted(options.precision().scalarType()),
            List.of(Value.BATCH, FREQUENCIES));
    Value hidden = writer.silu(layers.linear("t_embedder.mlp.0", sinusoids, width, NORMAL, true));
    Value time = layers.linear("t_embedder.mlp.2", hidden, width, NORMAL, true);
    Value label =
        layers.embedding("y_embedder.embedding_table", "y", labels.classes() + 1, width, NORMAL);
    return writer.finish(writer.add(time, label));
  }

  private String block(ParameterTable own) {
    FunctionWriter writer =
        new FunctionWriter(
            names.name("block"), List.of("x: Tensor", "c: Tensor", "p: List[Tensor]"));
    TokenWriter tokens = new TokenWriter(writer);
    Layers layers = new Layers(writer, own);
    TokenLayers tokenLayers = new TokenLayers(writer, own);
    Value x = writer.argument("x", List.of(Value.BATCH, rows * columns, config.hiddenSize()));
    List<Value> m = modulation("adaLN_modulation.1", writer, layers, tokens, 6);
    Value h = tokens.modulate(tokens.layerNorm(x, EPSILON), m.get(0), m.get(1));
    h = tokenLayers.selfAttention("attn", h, config.heads(), Bias.NONE);
    Value y = tokens.addGated(x, m.get(2), h);
    h = tokens.modulate(tokens.layerNorm(y, EPSILON), m.get(3), m.get(4));
    h = tokenLayers.mlp("mlp", h, config.mlpSize(), Gelu.TANH);
    return writer.finish(tokens.addGated(y, m.get(5), h));
  }

  private String head() {
    FunctionWriter writer =
        new FunctionWriter(
            names.name("head"), List.of("x: Tensor", "c: Tensor", "p: List[Tensor]"));
    TokenWriter tokens = new TokenWriter(writer);
    Layers layers = new Layers(writer, table);
    Value x = writer.argument("x", List.of(Value.BATCH, rows * columns, config.hiddenSize()));
    List<Value> m = modulation("final_layer.adaLN_modulation.1", writer, layers, tokens, 2);
    Value h = tokens.modulate(tokens.layerNorm(x, EPSILON), m.get(0), m.get(1));
    int features = config.patchSize() * config.patchSize() * config.outputChannels(example);
    return writer.finish(layers.linear("final_layer.linear", h, features, ZERO, true));
  }

  // Equal parts of a linear map of SiLU(c): shift, scale and gate for attention, then for the MLP;
  // shift and scale for the last layer.
  private List<Value> modulation(
      String name, FunctionWriter writer, Layers layers, TokenWriter tokens, int parts) {
    Value c = writer.argument("c", List.of(Value.BATCH, config.hiddenSize()));
    writer.layer(name);
    int features = parts * config.hiddenSize();
    return tokens.chunk(layers.linear(name, writer.silu(c), features, ZERO, true), parts);
  }

  private String image() {
    FunctionWriter writer = new FunctionWriter(names.name("image"), List.of("tokens: Tensor"));
    int channels = config.outputChannels(example);
    int patch = config.patchSize();
    writer.layer("leave");
    Value tokens =
        writer.argument("tokens", List.of(Value.BATCH, rows * columns, patch * patch * channels));
    Value image = new TokenWriter(writer).image(tokens, rows, columns, patch, channels);
    return writer.finish(
        writer.let("torch.contiguous(torch.to(%s, 6))".formatted(image.name()), image.shape()));
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
