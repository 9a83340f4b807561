package io.winnow.models.clip;

import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.FunctionWriter.Gelu;
import io.winnow.torch.kernel.Initialiser;
import io.winnow.torch.kernel.Layers;
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
 * What both encoders of CLIP are made of. A block is x + attention(norm(x)), then the same with two
 * linear layers instead of the attention.
 *
 * @param writer of the encoder's function
 * @param table its parameters
 */
record ClipBlocks(FunctionWriter writer, ParameterTable table) {
  /** How CLIP's authors and Hugging Face name the parameters of a block. */
  enum Names {
    /** As in openai/CLIP: queries, keys and values are one matrix. */
    OPENAI("ln_1", "attn", "ln_2", "mlp.c_fc", "mlp.c_proj"),
    /** As in huggingface/transformers. */
    HUGGING_FACE("layer_norm1", "self_attn", "layer_norm2", "mlp.fc1", "mlp.fc2");

    private final String norm1;
    private final String attention;
    private final String norm2;
    private final String up;
    private final String down;

    Names(String norm1, String attention, String norm2, String up, String down) {
      this.norm1 = norm1;
      this.attention = attention;
      this.norm2 = norm2;
      this.up = up;
      this.down = down;
    }
  }

  /**
   * The settings of a block.
   *
   * @param hidden features between the two linear layers
   */
  record Shape(int heads, int hidden, Gelu gelu, double epsilon, Bias bias) {}

  private static final double DEVIATION = 0.02;

  /** A table of one dimension or more that the encoder learns. */
  String learned(String name, List<Integer> shape) {
    return layers().parameter(name, shape, Initialiser.normal(DEVIATION));
  }

  /** One block: B×T×D to B×T×D. */
  Value block(String name, Value x, Names names, Shape shape) {
    TokenLayers layers = new TokenLayers(writer, table);
    Value normed = layers.layerNorm(name + names.norm1, x, shape.epsilon());
    String attention = name + names.attention;
    List<Value> qkv =
        names == Names.OPENAI ? stacked(attention, normed) : separate(attention, normed);
    TokenWriter tokens = new TokenWriter(writer);
    writer.layer(attention);
    Value mixed =
        tokens.attend(
            tokens.splitHeads(qkv.get(0), shape.heads()),
            tokens.splitHeads(qkv.get(1), shape.heads()),
            tokens.splitHeads(qkv.get(2), shape.heads()),
            shape.bias());
    int width = x.extent(2);
    Value h =
        writer.add(x, layers().linear(attention + ".out_proj", tokens.mergeHeads(mixed), width));
    Value inner = layers.layerNorm(name + names.norm2, h, shape.epsilon());
    inner = layers().linear(name + names.up, inner, shape.hidden());
    inner = layers().linear(name + names.down, writer.gelu(inner, shape.gelu()), width);
    return writer.add(h, inner);
  }

  private List<Value> stacked(String name, Value x) {
    int width = x.extent(2);
    writer.layer(name);
    String weight =
        layers()
            .parameter(
                name + ".in_proj_weight",
                List.of(3 * width, width),
                Initialiser.glorot(width, 3L * width));
    String bias =
        layers().parameter(name + ".in_proj_bias", List.of(3 * width), Initialiser.constant(0));
    Value qkv =
        writer.let(
            "torch.linear(%s, %s, %s)".formatted(x.name(), weight, bias),
            List.of(x.extent(0), x.extent(1), 3 * width));
    return new TokenWriter(writer).chunk(qkv, 3);
  }

  private List<Value> separate(String name, Value x) {
    int width = x.extent(2);
    // in the order of the official files
    Value k = layers().linear(name + ".k_proj", x, width);
    Value v = layers().linear(name + ".v_proj", x, width);
    Value q = layers().linear(name + ".q_proj", x, width);
    return List.of(q, k, v);
  }

  private Layers layers() {
    return new Layers(writer, table);
  }

  /** A whole network, given the sources of its own functions. */
  Network network(String... own) {
    NetworkOptions options = NetworkOptions.DEFAULT;
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(table.functions(options.namespace(), options.precision()));
    functions.addAll(List.of(own));
    return new Network(options.namespace(), table, functions);
  }
}
