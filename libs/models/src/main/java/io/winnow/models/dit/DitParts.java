package io.winnow.models.dit;

import static io.winnow.torch.kernel.FunctionWriter.literal;

import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.FunctionWriter.Gelu;
import io.winnow.torch.kernel.Initialiser;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.TokenLayers;
import io.winnow.torch.kernel.TokenWriter;
import io.winnow.torch.kernel.TokenWriter.Bias;
import io.winnow.torch.kernel.Value;
import java.util.List;

/**
 * The parts that DiT (arXiv 2212.09748, section 3) shares with the architectures built on it, as
 * kernel functions: {@code condition(t, y, p)}, the vector c, B×D; {@code tokens(x, p)}, the
 * patches with their positions, B×T×D; {@code head(x, c, p)}, the last layer,
 * B×T×(patch²·channels); {@code image(tokens)}, B×channels×H×W.
 *
 * <p>As in the authors' code: linear layers start with Glorot's uniform weights, the embeddings'
 * with N(0, 0.02²), those that modulate and the last one with zeros.
 *
 * @param example what is denoised; {@code patchSize} divides its height and width
 * @param labels the classes
 * @param patchSize side of a patch
 * @param hiddenSize D
 * @param outputChannels channels of the network's output
 * @param options namespace and precision
 */
public record DitParts(
    ExampleSpec example,
    ClassLabels labels,
    int patchSize,
    int hiddenSize,
    int outputChannels,
    NetworkOptions options) {
  private static final String SINUSOIDS =
      """
      # float32 cosines and sines of a timestep
      def %1$s(self: __torch__.Kernel, t: Tensor) -> Tensor:
        frequency = torch.exp(torch.div(torch.mul(torch.arange(%2$d, dtype=6, device=ops.prim.device(t)), %3$s), %2$d))
        angle = torch.mul(torch.unsqueeze(torch.to(t, 6), 1), frequency)
        return torch.cat([torch.cos(angle), torch.sin(angle)], 1)
      """;

  private static final double EPSILON = 1e-6;
  private static final int FREQUENCIES = 256;
  private static final Initialiser NORMAL = Initialiser.normal(0.02);
  private static final Initialiser ZERO = Initialiser.constant(0);

  /** Rows of patches. */
  public int rows() {
    return example.height() / patchSize;
  }

  /** Columns of patches. */
  public int columns() {
    return example.width() / patchSize;
  }

  /** T, the number of patches. */
  public int count() {
    return rows() * columns();
  }

  /** The shape of a table of positions. */
  public List<Integer> positionShape() {
    return List.of(1, count(), hiddenSize);
  }

  /** The sines and cosines that a table of positions starts with. */
  public Initialiser positions() {
    return Initialiser.table(
        "sines and cosines of the position", () -> Positions.table(rows(), columns(), hiddenSize));
  }

  private Namespace names() {
    return options.namespace();
  }

  /**
   * Writes {@code tokens}.
   *
   * @param positions the expression of the table of positions
   */
  public String tokens(ParameterTable table, String positions) {
    FunctionWriter writer =
        new FunctionWriter(names().name("tokens"), List.of("x: Tensor", "p: List[Tensor]"));
    writer.layer("enter");
    Value image =
        writer.let(
            "torch.to(x, %d)".formatted(options.precision().scalarType()),
            List.of(Value.BATCH, example.channels(), example.height(), example.width()));
    Value patches =
        new TokenLayers(writer, table)
            .patchEmbedding("x_embedder.proj", image, patchSize, hiddenSize);
    writer.layer("pos_embed");
    return writer.finish(new TokenWriter(writer).addTable(patches, positions));
  }

  /** Writes {@code sinusoids}, which {@code condition} calls: cosines and sines of the timestep. */
  public String sinusoids() {
    int half = FREQUENCIES / 2;
    return SINUSOIDS.formatted(names().name("sinusoids"), half, literal(-Math.log(10_000)));
  }

  /**
   * Writes {@code condition}: cosines and sines of the timestep through two linear layers, plus the
   * class's vector.
   */
  public String condition(ParameterTable table) {
    FunctionWriter writer =
        new FunctionWriter(
            names().name("condition"), List.of("t: Tensor", "y: Tensor", "p: List[Tensor]"));
    Layers layers = new Layers(writer, table);
    writer.layer("t_embedder");
    Value sinusoids =
        writer.let(
            "torch.to(%s(t, ), %d)"
                .formatted(names().call("sinusoids"), options.precision().scalarType()),
            List.of(Value.BATCH, FREQUENCIES));
    Value hidden =
        writer.silu(layers.linear("t_embedder.mlp.0", sinusoids, hiddenSize, NORMAL, true));
    Value time = layers.linear("t_embedder.mlp.2", hidden, hiddenSize, NORMAL, true);
    Value label =
        layers.embedding(
            "y_embedder.embedding_table", "y", labels.classes() + 1, hiddenSize, NORMAL);
    return writer.finish(writer.add(time, label));
  }

  /**
   * Writes a block's attention and MLP, each modulated and gated by {@code c} (adaLN-Zero), into a
   * function that has the argument {@code c}.
   *
   * @param x B×T×D
   * @param bias of the attention
   * @return the same shape
   */
  public Value block(
      FunctionWriter writer, ParameterTable own, Value x, int heads, int mlpSize, Bias bias) {
    TokenWriter tokens = new TokenWriter(writer);
    TokenLayers tokenLayers = new TokenLayers(writer, own);
    List<Value> m = modulation("adaLN_modulation.1", writer, new Layers(writer, own), tokens, 6);
    Value h = tokens.modulate(tokens.layerNorm(x, EPSILON), m.get(0), m.get(1));
    h = tokenLayers.selfAttention("attn", h, heads, bias);
    Value y = tokens.addGated(x, m.get(2), h);
    h = tokens.modulate(tokens.layerNorm(y, EPSILON), m.get(3), m.get(4));
    h = tokenLayers.mlp("mlp", h, mlpSize, Gelu.TANH);
    return tokens.addGated(y, m.get(5), h);
  }

  /** Writes {@code head}. */
  public String head(ParameterTable table) {
    FunctionWriter writer =
        new FunctionWriter(
            names().name("head"), List.of("x: Tensor", "c: Tensor", "p: List[Tensor]"));
    TokenWriter tokens = new TokenWriter(writer);
    Layers layers = new Layers(writer, table);
    Value x = writer.argument("x", List.of(Value.BATCH, count(), hiddenSize));
    List<Value> m = modulation("final_layer.adaLN_modulation.1", writer, layers, tokens, 2);
    Value h = tokens.modulate(tokens.layerNorm(x, EPSILON), m.get(0), m.get(1));
    int features = patchSize * patchSize * outputChannels;
    return writer.finish(layers.linear("final_layer.linear", h, features, ZERO, true));
  }

  // Equal parts of a linear map of SiLU(c): shift, scale and gate for attention, then for the MLP;
  // shift and scale for the last layer.
  private List<Value> modulation(
      String name, FunctionWriter writer, Layers layers, TokenWriter tokens, int parts) {
    Value c = writer.argument("c", List.of(Value.BATCH, hiddenSize));
    writer.layer(name);
    int features = parts * hiddenSize;
    return tokens.chunk(layers.linear(name, writer.silu(c), features, ZERO, true), parts);
  }

  /** Writes {@code image}. */
  public String image() {
    FunctionWriter writer = new FunctionWriter(names().name("image"), List.of("tokens: Tensor"));
    writer.layer("leave");
    Value tokens =
        writer.argument(
            "tokens", List.of(Value.BATCH, count(), patchSize * patchSize * outputChannels));
    Value image =
        new TokenWriter(writer).image(tokens, rows(), columns(), patchSize, outputChannels);
    return writer.finish(
        writer.let("torch.contiguous(torch.to(%s, 6))".formatted(image.name()), image.shape()));
  }
}
