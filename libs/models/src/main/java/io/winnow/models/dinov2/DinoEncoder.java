package io.winnow.models.dinov2;

import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.FunctionWriter.Gelu;
import io.winnow.torch.kernel.Initialiser;
import io.winnow.torch.kernel.KernelSource;
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
 * Writes a DINOv2 encoder for images of one size as a kernel. A block is x + γ₁·attention(norm(x)),
 * then x + γ₂·mlp(norm(x)) (LayerScale, Touvron et al., arXiv 2103.17239). Parameters have the
 * names of facebookresearch/dinov2.
 *
 * @param config of the encoder
 * @param height of the images, a multiple of the patch size
 * @param width of the images, a multiple of the patch size
 */
public record DinoEncoder(DinoConfig config, int height, int width) {
  private static final int CHANNELS = 3;
  private static final int MLP_RATIO = 4;
  private static final double EPSILON = 1e-6;
  private static final double DEVIATION = 0.02;

  private static final String TOKENS =
      """
      def tokens(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> Tensor:
        p = (self).cast((self).parameters(flat, ), )
        return (self).normed((self).transform((self).patches(x, p, ), p, ), p, )
      """;

  private static final String FEATURES =
      """
      # the class token
      def features(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> Tensor:
        return torch.contiguous(torch.select((self).tokens(x, flat, ), 1, 0))
      """;

  // %s: the mask token
  private static final String MASKED =
      """
      # tokens of images of which the patches are hidden where mask, B×patches, is not 0
      def masked(self: __torch__.Kernel, x: Tensor, mask: Tensor, flat: List[Tensor]) -> Tensor:
        p = (self).cast((self).parameters(flat, ), )
        hidden = torch.unsqueeze(torch.ne(mask, 0), 2)
        seen = torch.where(hidden, torch.unsqueeze(%s, 0), (self).patches(x, p, ))
        return (self).normed((self).transform(seen, p, ), p, )
      """;

  private static final String POSITIONS_OF =
      """
      def position_table(self: __torch__.Kernel, flat: List[Tensor]) -> Tensor:
        return (self).positions((self).parameters(flat, ), )
      """;

  private static final String BLOCKS =
      """
      def blocks(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> List[Tensor]:
        kept = annotate(List[Tensor], [])
        p = (self).cast((self).parameters(flat, ), )
        last = (self).transform((self).patches(x, p, ), p, kept, )
        return kept
      """;

  /**
   * @throws io.winnow.contracts.InvalidInputException the encoder does not take images of this size
   */
  public DinoEncoder {
    config.requireFit(height, width);
  }

  /**
   * The functions {@code tokens(x, flat)}, all tokens after the last norm, class token first, B×(1
   * + patches)×features; {@code features(x, flat)}, the class token of these, B×features; and
   * {@code masked(x, mask, flat)}, the tokens of images of which some patches are hidden. Images
   * are B×3×height×width; {@code position_table(flat)} is the table that is added to the tokens.
   */
  public Network network() {
    Writer writer = new Writer(this, false);
    return writer.network(TOKENS, FEATURES, MASKED.formatted(writer.maskToken), POSITIONS_OF);
  }

  /** The function {@code blocks(x, flat)}: the tokens after each block, before the last norm. */
  public Network blocks() {
    return new Writer(this, true).network(BLOCKS);
  }

  /** The parameters by the names of facebookresearch/dinov2, whatever the images' size. */
  public ParameterTable parameters() {
    return network().parameters();
  }

  /** A network as a kernel. */
  public static KernelSource kernel(Network network) {
    return new KernelSource("dinov2", network.functions());
  }

  private static final class Writer {
    private final DinoConfig config;
    private final int rows;
    private final int columns;
    private final boolean keep;
    private final ParameterTable table = new ParameterTable();
    private final String classToken;
    private final String positions;
    private final String maskToken;

    Writer(DinoEncoder encoder, boolean keep) {
      this.config = encoder.config();
      this.rows = encoder.height() / config.patchSize();
      this.columns = encoder.width() / config.patchSize();
      this.keep = keep;
      // in the order of the official files
      int grid = config.grid();
      this.classToken = learned("cls_token", List.of(1, 1, config.width()));
      this.positions = learned("pos_embed", List.of(1, grid * grid + 1, config.width()));
      this.maskToken = learned("mask_token", List.of(1, config.width()));
    }

    private String learned(String name, List<Integer> shape) {
      FunctionWriter unused = new FunctionWriter("unused", List.of());
      return new Layers(unused, table).parameter(name, shape, Initialiser.normal(DEVIATION));
    }

    Network network(String... own) {
      NetworkOptions options = NetworkOptions.DEFAULT;
      List<String> parts = List.of(patches(), positions(), transform(), normed());
      List<String> functions = new ArrayList<>(Layers.functions());
      functions.addAll(table.functions(options.namespace(), options.precision()));
      functions.addAll(parts);
      functions.addAll(List.of(own));
      return new Network(options.namespace(), table, functions);
    }

    private String patches() {
      FunctionWriter writer =
          new FunctionWriter("patches", List.of("x: Tensor", "p: List[Tensor]"));
      int patch = config.patchSize();
      Value image =
          writer.argument("x", List.of(Value.BATCH, CHANNELS, rows * patch, columns * patch));
      return writer.finish(
          new TokenLayers(writer, table)
              .patchEmbedding("patch_embed.proj", image, patch, config.width()));
    }

    // As the authors' code: bicubic, by the scale with the offset and not by the ratio of the
    // sizes. The class token has no place among the patches.
    private String positions() {
      FunctionWriter writer = new FunctionWriter("positions", List.of("p: List[Tensor]"));
      int grid = config.grid();
      List<Integer> shape = List.of(1, rows * columns + 1, config.width());
      if (rows == grid && columns == grid) {
        return writer.finish(writer.argument(positions, shape));
      }
      writer.statement(
          "image = torch.permute(torch.reshape(torch.slice(%s, 1, 1), [1, %d, %2$d, %d]), [0, 3, 1, 2])"
              .formatted(positions, grid, config.width()));
      String scales =
          config.offset() == 0 ? "None, None" : "%s, %s".formatted(scale(rows), scale(columns));
      writer.statement(
          "resized = torch.upsample_bicubic2d(image, [%d, %d], False, %s)"
              .formatted(rows, columns, scales));
      return writer.finish(
          writer.let(
              "torch.cat([torch.slice(%s, 1, 0, 1), torch.reshape(torch.permute(resized, [0, 2, 3, 1]), [1, %d, %d])], 1)"
                  .formatted(positions, rows * columns, config.width()),
              shape));
    }

    private String scale(int patches) {
      return FunctionWriter.literal((patches + config.offset()) / config.grid());
    }

    private String transform() {
      List<String> arguments = List.of("h: Tensor", "p: List[Tensor]", "kept: List[Tensor]");
      FunctionWriter writer =
          new FunctionWriter("transform", keep ? arguments : arguments.subList(0, 2));
      TokenWriter tokens = new TokenWriter(writer);
      Value h = writer.argument("h", List.of(Value.BATCH, rows * columns, config.width()));
      h = tokens.addTable(tokens.prepend(classToken, h), "(self).positions(p, )");
      for (int i = 0; i < config.layers(); i++) {
        h = block(writer, "blocks." + i + ".", h);
        if (keep) {
          writer.statement("_ = torch.append(kept, %s)".formatted(h.name()));
        }
      }
      return writer.finish(h);
    }

    private Value block(FunctionWriter writer, String name, Value x) {
      TokenLayers layers = new TokenLayers(writer, table);
      Value mixed = layers.layerNorm(name + "norm1", x, EPSILON);
      mixed = layers.selfAttention(name + "attn", mixed, config.heads(), Bias.NONE);
      Value h = writer.add(x, scaled(writer, name + "ls1", mixed));
      Value inner = layers.layerNorm(name + "norm2", h, EPSILON);
      inner = layers.mlp(name + "mlp", inner, MLP_RATIO * config.width(), Gelu.ERF);
      return writer.add(h, scaled(writer, name + "ls2", inner));
    }

    private Value scaled(FunctionWriter writer, String name, Value x) {
      writer.layer(name);
      String gamma =
          new Layers(writer, table)
              .parameter(name + ".gamma", List.of(config.width()), Initialiser.constant(1));
      return writer.let("torch.mul(%s, %s)".formatted(x.name(), gamma), x.shape());
    }

    private String normed() {
      FunctionWriter writer = new FunctionWriter("normed", List.of("h: Tensor", "p: List[Tensor]"));
      Value h = writer.argument("h", List.of(Value.BATCH, rows * columns + 1, config.width()));
      return writer.finish(new TokenLayers(writer, table).layerNorm("norm", h, EPSILON));
    }
  }
}
