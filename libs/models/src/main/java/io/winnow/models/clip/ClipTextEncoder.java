package io.winnow.models.clip;

import io.winnow.models.clip.ClipBlocks.Names;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.TokenLayers;
import io.winnow.torch.kernel.TokenWriter;
import io.winnow.torch.kernel.TokenWriter.Bias;
import io.winnow.torch.kernel.Value;
import java.util.List;

/**
 * Writes a text encoder of CLIP as a kernel. A text is a row of token ids, int64 B×T, T up to the
 * encoder's positions; a token attends to itself and those before it, padding included. Parameters
 * have the names of transformers' CLIPTextModel.
 *
 * @param config of the encoder
 */
public record ClipTextEncoder(ClipTextConfig config) {
  private static final String ENCODE =
      """
      def encode(self: __torch__.Kernel, ids: Tensor, flat: List[Tensor]) -> Tensor:
        return (self).last(ids, (self).cast((self).parameters(flat, ), ), )
      """;

  // %s: the place of each text's last token
  private static final String POOLED =
      """
      def pooled(self: __torch__.Kernel, ids: Tensor, flat: List[Tensor]) -> Tensor:
        last = (self).encode(ids, flat, )
        end = torch.reshape(torch.argmax(%s, 1), [-1, 1, 1])
        places = torch.expand(end, [torch.size(ids, 0), 1, torch.size(last, 2)])
        return torch.squeeze(torch.gather(last, 1, places), 1)
      """;

  private static final String HIDDEN =
      """
      def hidden(self: __torch__.Kernel, ids: Tensor, flat: List[Tensor]) -> List[Tensor]:
        kept = annotate(List[Tensor], [])
        last = (self).last(ids, (self).cast((self).parameters(flat, ), ), kept, )
        return kept
      """;

  /**
   * The functions {@code encode(ids, flat)}, the last hidden state after the final norm, B×T×width,
   * and {@code pooled(ids, flat)}, its row at the end of each text, B×width: at the first end
   * token, or the first row where there is none.
   */
  public Network network() {
    FunctionWriter writer = new FunctionWriter("last", List.of("ids: Tensor", "p: List[Tensor]"));
    ClipBlocks blocks = new ClipBlocks(writer, new ParameterTable());
    String end =
        config.endToken() == ClipTextConfig.GREATEST
            ? "ids"
            : "torch.to(torch.eq(ids, %d), 4)".formatted(config.endToken());
    return blocks.network(last(blocks, false), ENCODE, POOLED.formatted(end));
  }

  /**
   * The function {@code hidden(ids, flat)}: the tokens before the first block and after each, none
   * of them after the final norm, B×T×width.
   */
  public Network hidden() {
    FunctionWriter writer =
        new FunctionWriter("last", List.of("ids: Tensor", "p: List[Tensor]", "kept: List[Tensor]"));
    ClipBlocks blocks = new ClipBlocks(writer, new ParameterTable());
    return blocks.network(last(blocks, true), HIDDEN);
  }

  /** The parameters by the names of transformers. */
  public ParameterTable parameters() {
    return network().parameters();
  }

  /** A network as a kernel. */
  public static KernelSource kernel(Network network) {
    return new KernelSource("clip-text", network.functions());
  }

  private String last(ClipBlocks blocks, boolean keep) {
    FunctionWriter writer = blocks.writer();
    int width = config.width();
    String words =
        blocks.learned(
            "text_model.embeddings.token_embedding.weight", List.of(config.vocabulary(), width));
    String positions =
        blocks.learned(
            "text_model.embeddings.position_embedding.weight", List.of(config.positions(), width));
    Value h =
        writer.let(
            "torch.embedding(%s, ids)".formatted(words), List.of(Value.BATCH, Value.TOKENS, width));
    h =
        new TokenWriter(writer)
            .addTable(h, "torch.slice(%s, 0, 0, torch.size(ids, 1))".formatted(positions));
    ClipBlocks.Shape shape =
        new ClipBlocks.Shape(
            config.heads(), config.hidden(), config.gelu(), config.epsilon(), Bias.CAUSAL);
    for (int i = 0; i < config.layers(); i++) {
      keep(writer, h, keep);
      String name = "text_model.encoder.layers." + i + ".";
      h = blocks.block(name, h, Names.HUGGING_FACE, shape);
    }
    keep(writer, h, keep);
    return writer.finish(
        new TokenLayers(writer, blocks.table())
            .layerNorm("text_model.final_layer_norm", h, config.epsilon()));
  }

  private static void keep(FunctionWriter writer, Value h, boolean keep) {
    if (keep) {
      writer.statement("_ = torch.append(kept, %s)".formatted(h.name()));
    }
  }
}
