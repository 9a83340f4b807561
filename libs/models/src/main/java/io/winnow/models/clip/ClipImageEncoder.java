package io.winnow.models.clip;

import io.winnow.models.clip.ClipBlocks.Names;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.FunctionWriter.Gelu;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.TokenLayers;
import io.winnow.torch.kernel.TokenWriter;
import io.winnow.torch.kernel.TokenWriter.Bias;
import io.winnow.torch.kernel.Value;
import java.util.List;

/**
 * Writes an image encoder of CLIP as a kernel. Its images are B×3×resolution×resolution as {@link
 * ClipImages} prepares them. Parameters have the names of openai/CLIP without {@code visual.}.
 *
 * @param config of the encoder
 */
public record ClipImageEncoder(ClipImageConfig config) {
  private static final int CHANNELS = 3;
  private static final double EPSILON = 1e-5;
  private static final int MLP_RATIO = 4;

  // %s: the projection
  private static final String FEATURES =
      """
      def features(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> Tensor:
        p = (self).cast((self).parameters(flat, ), )
        return torch.matmul((self).class_token(x, p, ), %s)
      """;

  private static final String NORMALISED =
      """
      # features of length 1
      def normalised(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> Tensor:
        made = (self).features(x, flat, )
        return torch.div(made, torch.sqrt(torch.sum(torch.square(made), [1], True)))
      """;

  private static final String BLOCKS =
      """
      def blocks(self: __torch__.Kernel, x: Tensor, flat: List[Tensor]) -> List[Tensor]:
        kept = annotate(List[Tensor], [])
        last = (self).class_token(x, (self).cast((self).parameters(flat, ), ), kept, )
        _ = torch.append(kept, last)
        return kept
      """;

  /**
   * The functions {@code features(x, flat)}, B×outputDim, the projected class token, and {@code
   * normalised(x, flat)}, the same divided by its Euclidean length.
   */
  public Network network() {
    Writer writer = new Writer(config, List.of("x: Tensor", "p: List[Tensor]"), false);
    return writer.blocks.network(
        writer.classToken(), FEATURES.formatted(writer.projection), NORMALISED);
  }

  /**
   * The function {@code blocks(x, flat)}: the tokens after the first norm and after each block,
   * B×tokens×width, then the class token after the last norm, B×width.
   */
  public Network blocks() {
    Writer writer =
        new Writer(config, List.of("x: Tensor", "p: List[Tensor]", "kept: List[Tensor]"), true);
    return writer.blocks.network(writer.classToken(), BLOCKS);
  }

  /** The parameters by the names of openai/CLIP. */
  public ParameterTable parameters() {
    return network().parameters();
  }

  /** A network as a kernel. */
  public static KernelSource kernel(Network network) {
    return new KernelSource("clip-image", network.functions());
  }

  private static final class Writer {
    private final ClipImageConfig config;
    private final boolean keep;
    private final FunctionWriter writer;
    private final ClipBlocks blocks;
    private final TokenLayers layers;
    private final String classEmbedding;
    private final String positions;
    private final String projection;

    Writer(ClipImageConfig config, List<String> arguments, boolean keep) {
      this.config = config;
      this.keep = keep;
      this.writer = new FunctionWriter("class_token", arguments);
      this.blocks = new ClipBlocks(writer, new ParameterTable());
      this.layers = new TokenLayers(writer, blocks.table());
      // in the order of the official files
      int width = config.width();
      this.classEmbedding = blocks.learned("class_embedding", List.of(width));
      this.positions = blocks.learned("positional_embedding", List.of(config.tokens(), width));
      this.projection = blocks.learned("proj", List.of(width, config.outputDim()));
    }

    String classToken() {
      int side = config.resolution();
      Value image = writer.argument("x", List.of(Value.BATCH, CHANNELS, side, side));
      TokenWriter tokens = new TokenWriter(writer);
      Value h = layers.patchEmbedding("conv1", image, config.patchSize(), config.width(), false);
      h = tokens.addTable(tokens.prepend(classEmbedding, h), positions);
      h = kept(layers.layerNorm("ln_pre", h, EPSILON));
      ClipBlocks.Shape shape =
          new ClipBlocks.Shape(
              config.heads(), MLP_RATIO * config.width(), Gelu.SIGMOID, EPSILON, Bias.NONE);
      for (int i = 0; i < config.layers(); i++) {
        h = kept(blocks.block("transformer.resblocks." + i + ".", h, Names.OPENAI, shape));
      }
      return writer.finish(layers.layerNorm("ln_post", tokens.first(h), EPSILON));
    }

    private Value kept(Value value) {
      if (keep) {
        writer.statement("_ = torch.append(kept, %s)".formatted(value.name()));
      }
      return value;
    }
  }
}
