package io.winnow.torch.kernel;

import static io.winnow.torch.kernel.FunctionWriter.literal;

import io.winnow.torch.kernel.FunctionWriter.Gelu;
import io.winnow.torch.kernel.TokenWriter.Bias;
import java.util.List;

/**
 * Layers with parameters on sequences of tokens, B×T×D. Parameters are named as PyTorch's own
 * modules and the timm library name them, so that published weights fit.
 */
public final class TokenLayers {
  private final FunctionWriter writer;
  private final ParameterTable table;
  private final Layers layers;
  private final TokenWriter tokens;

  public TokenLayers(FunctionWriter writer, ParameterTable table) {
    this.writer = writer;
    this.table = table;
    this.layers = new Layers(writer, table);
    this.tokens = new TokenWriter(writer);
  }

  /** Layer normalisation with a learned scale and shift (Ba et al., arXiv 1607.06450). */
  public Value layerNorm(String name, Value x, double epsilon) {
    writer.layer(name);
    List<Integer> width = List.of(x.extent(x.rank() - 1));
    String weight = table.addExact(name + ".weight", width, Initialiser.constant(1));
    String bias = table.addExact(name + ".bias", width, Initialiser.constant(0));
    return writer.let(
        "(self).layer_norm(%s, %s, %s, %s, )".formatted(x.name(), weight, bias, literal(epsilon)),
        x.shape());
  }

  /** Root mean square normalisation with a learned scale (Zhang and Sennrich, arXiv 1910.07467). */
  public Value rmsNorm(String name, Value x, double epsilon) {
    writer.layer(name);
    List<Integer> width = List.of(x.extent(x.rank() - 1));
    String weight = table.addExact(name + ".weight", width, Initialiser.constant(1));
    return writer.let(
        "(self).rms_norm(%s, %s, %s, )".formatted(x.name(), weight, literal(epsilon)), x.shape());
  }

  /**
   * Patches of an image as tokens, a convolution with bias whose stride is its kernel's size.
   *
   * @param image B×C×H×W
   * @return B×(H/patch·W/patch)×features, row by row
   */
  public Value patchEmbedding(String name, Value image, int patch, int features) {
    return patchEmbedding(name, image, patch, features, true);
  }

  /**
   * The same with or without a bias.
   *
   * @param withBias whether there is one
   */
  public Value patchEmbedding(String name, Value image, int patch, int features, boolean withBias) {
    writer.layer(name);
    int in = image.extent(1) * patch * patch;
    Value cut = tokens.patches(image, patch);
    String weight =
        table.add(
            name + ".weight",
            List.of(features, image.extent(1), patch, patch),
            Initialiser.glorot(in, features));
    String bias =
        withBias ? table.add(name + ".bias", List.of(features), Initialiser.constant(0)) : "None";
    return writer.let(
        "torch.linear(%s, torch.reshape(%s, [%d, %d]), %s)"
            .formatted(cut.name(), weight, features, in, bias),
        List.of(Value.BATCH, cut.extent(1), features));
  }

  /** Multi-head self-attention: {@code name.qkv} in the order q, k, v, and {@code name.proj}. */
  public Value selfAttention(String name, Value x, int heads, Bias bias) {
    int width = x.extent(x.rank() - 1);
    List<Value> qkv = tokens.chunk(layers.linear(name + ".qkv", x, 3 * width), 3);
    writer.layer(name);
    Value mixed =
        tokens.attend(
            tokens.splitHeads(qkv.get(0), heads),
            tokens.splitHeads(qkv.get(1), heads),
            tokens.splitHeads(qkv.get(2), heads),
            bias);
    return layers.linear(name + ".proj", tokens.mergeHeads(mixed), width);
  }

  /**
   * Multi-head attention of one sequence to another: {@code name.to_q}, {@code .to_k} and {@code
   * .to_v} without bias, and {@code name.to_out.0}.
   *
   * @param x B×T×D
   * @param context B×S×E
   * @return B×T×D
   */
  public Value crossAttention(String name, Value x, Value context, int heads) {
    int width = x.extent(x.rank() - 1);
    Value q = withoutBias(name + ".to_q", x, width);
    Value k = withoutBias(name + ".to_k", context, width);
    Value v = withoutBias(name + ".to_v", context, width);
    writer.layer(name);
    Value mixed =
        tokens.attend(
            tokens.splitHeads(q, heads),
            tokens.splitHeads(k, heads),
            tokens.splitHeads(v, heads),
            Bias.NONE);
    return layers.linear(name + ".to_out.0", tokens.mergeHeads(mixed), width);
  }

  private Value withoutBias(String name, Value x, int features) {
    int in = x.extent(x.rank() - 1);
    return layers.linear(name, x, features, Initialiser.glorot(in, features), false);
  }

  /** Two linear layers with GELU between: {@code name.fc1} and {@code name.fc2}. */
  public Value mlp(String name, Value x, int hidden, Gelu gelu) {
    Value h = writer.gelu(layers.linear(name + ".fc1", x, hidden), gelu);
    return layers.linear(name + ".fc2", h, x.extent(x.rank() - 1));
  }
}
