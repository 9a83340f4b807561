package io.winnow.models.mdt;

import static io.winnow.torch.kernel.FunctionWriter.literal;

import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.dit.DitParts;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Initialiser;
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
 * Writes an {@link Mdt} as kernel functions: those of {@link DitParts}; {@code block(x, c, index,
 * kept, p)} and {@code skip_block(x, skip, c, index, kept, p)}, one block, given that block's
 * parameters, the index of each pair of tokens' relative position and the tokens that x has (none
 * for all); {@code encode}, {@code decode}; {@code predict}; and for the masked pass {@code
 * second_draws} and {@code second_predict}.
 */
final class MdtWriter {
  private static final Initialiser NORMAL = Initialiser.normal(0.02);
  // the authors' table has three more rows, which no pair of tokens uses
  private static final int UNUSED_ROWS = 3;

  private static final String RELATIVE_INDEX =
      """
      # the row of the bias tables for each pair of tokens, int64 T·T
      def %1$s(self: __torch__.Kernel, x: Tensor) -> Tensor:
        token = torch.arange(%2$d, dtype=4, device=ops.prim.device(x))
        row = torch.floor_divide(token, %3$d)
        column = torch.sub(token, torch.mul(row, %3$d))
        rows = torch.add(torch.sub(torch.unsqueeze(row, 1), torch.unsqueeze(row, 0)), %4$d)
        columns = torch.add(torch.sub(torch.unsqueeze(column, 1), torch.unsqueeze(column, 0)), %5$d)
        return torch.reshape(torch.add(torch.mul(rows, %6$d), columns), [-1])
      """;

  private static final String RELATIVE_BIAS =
      """
      # a table's biases for each pair of tokens: 1×heads×T×T, or B×heads×K×K of the tokens kept, B×K
      def %1$s(self: __torch__.Kernel, table: Tensor, index: Tensor, kept: Tensor) -> Tensor:
        heads = torch.size(table, 1)
        T = %2$d
        full = torch.permute(torch.reshape(torch.index_select(table, 0, index), [T, T, heads]), [2, 0, 1])
        if torch.eq(torch.numel(kept), 0):
          bias = torch.unsqueeze(full, 0)
        else:
          B = torch.size(kept, 0)
          K = torch.size(kept, 1)
          rows = torch.reshape(torch.index_select(full, 1, torch.reshape(kept, [-1])), [heads, B, K, T])
          columns = torch.expand(torch.reshape(kept, [B, 1, 1, K]), [B, heads, K, K])
          bias = torch.gather(torch.transpose(rows, 0, 1), 3, columns)
        return bias
      """;

  // %2$d: half, %3$d and %4$d: first parameter and parameters of the blocks before the shortcuts,
  // %5$d and %6$d: those of the blocks after them
  private static final String ENCODE =
      """
      def %1$s(self: __torch__.Kernel, x: Tensor, c: Tensor, index: Tensor, kept: Tensor, p: List[Tensor]) -> Tensor:
        h = x
        skips = annotate(List[Tensor], [])
        for i in range(%2$d):
          from = torch.add(%3$d, torch.mul(i, %4$d))
          h = %7$s(h, c, index, kept, torch.slice(p, from, torch.add(from, %4$d)), )
          _0 = torch.append(skips, h)
        for i in range(%2$d):
          from = torch.add(%5$d, torch.mul(i, %6$d))
          skip = skips[torch.sub(%9$d, i)]
          h = %8$s(h, skip, c, index, kept, torch.slice(p, from, torch.add(from, %6$d)), )
        return h
      """;

  private static final String DECODE =
      """
      # x0: the embedded tokens, the shortcut of every block
      def %1$s(self: __torch__.Kernel, x: Tensor, x0: Tensor, c: Tensor, index: Tensor, p: List[Tensor]) -> Tensor:
        h = x
        all = torch.empty([0, 0], dtype=4)
        for i in range(%2$d):
          from = torch.add(%3$d, torch.mul(i, %4$d))
          h = %5$s(h, x0, c, index, all, torch.slice(p, from, torch.add(from, %4$d)), )
        return h
      """;

  private static final String PREDICT =
      """
      def %1$s(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, parameters: List[Tensor], training: bool, seed: int) -> Tensor:
        p = %2$s(parameters, )
        c = %3$s(t, y, p, )
        x0 = %4$s(x, p, )
        index = %5$s(x, )
        h = torch.add(%6$s(x0, c, index, torch.empty([0, 0], dtype=4), p, ), p[1])
        return %8$s(%9$s(%7$s(h, x0, c, index, p, ), c, p, ), )
      """;

  private static final String DRAWS =
      """
      # where in its range the share of masked tokens is, the same for all samples, and a number for each token: those with the lowest are kept
      def %1$s(self: __torch__.Kernel, B: int, g: Generator) -> List[Tensor]:
        return [torch.expand(torch.rand([1], generator=g), [B]), torch.rand([B, %2$d], generator=g)]
      """;

  private static final String KEPT =
      """
      # the tokens kept, B×K, in the order of their numbers, and each token's place in that order, B×T
      def %1$s(self: __torch__.Kernel, draws: List[Tensor]) -> Tuple[Tensor, Tensor]:
        share = torch.add(torch.mul(torch.slice(draws[0], 0, 0, 1), %2$s), %3$s)
        count = int(torch.mul(torch.rsub(share, 1.), %4$d))
        order = torch.argsort(draws[1], 1)
        return (torch.slice(order, 1, 0, count), torch.argsort(order, 1))
      """;

  // %10$d and %11$d: the side block's first parameter, and the first after it
  private static final String SIDE =
      """
      # all tokens from those that the encoder saw: the side block fills the gaps
      def %1$s(self: __torch__.Kernel, h: Tensor, places: Tensor, c: Tensor, index: Tensor, p: List[Tensor]) -> Tensor:
        B = torch.size(places, 0)
        T = torch.size(places, 1)
        K = torch.size(h, 1)
        D = torch.size(h, 2)
        gaps = torch.expand(p[2], [B, torch.sub(T, K), D])
        spread = torch.expand(torch.unsqueeze(places, 2), [B, T, D])
        before = torch.add(torch.gather(torch.cat([h, gaps], 1), 1, spread), p[1])
        after = %2$s(before, c, index, torch.empty([0, 0], dtype=4), torch.slice(p, %3$d, %4$d), )
        return torch.where(torch.ge(torch.unsqueeze(places, 2), K), after, before)
      """;

  private static final String SECOND_PREDICT =
      """
      def %1$s(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, parameters: List[Tensor], training: bool, seed: int, draws: List[Tensor]) -> Tensor:
        p = %2$s(parameters, )
        c = %3$s(t, y, p, )
        x0 = %4$s(x, p, )
        index = %5$s(x, )
        kept, places, = %10$s(draws, )
        few = torch.gather(x0, 1, torch.expand(torch.unsqueeze(kept, 2), [torch.size(kept, 0), torch.size(kept, 1), torch.size(x0, 2)]))
        h = %11$s(%6$s(few, c, index, kept, p, ), places, c, index, p, )
        return %8$s(%9$s(%7$s(h, x0, c, index, p, ), c, p, ), )
      """;

  private final Mdt config;
  private final DitParts parts;
  private final NetworkOptions options;
  private final Namespace names;
  private final ParameterTable table = new ParameterTable();

  MdtWriter(Mdt config, ExampleSpec example, ClassLabels labels, NetworkOptions options) {
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
    // In the order of the authors' files. PREDICT and SIDE know these as p[1] and p[2].
    Layers layers = new Layers(new FunctionWriter("unused", List.of()), table);
    String positions = layers.parameter("pos_embed", parts.positionShape(), parts.positions());
    layers.parameter("decoder_pos_embed", parts.positionShape(), parts.positions());
    boolean masks = config.maskRatio() > 0;
    List<Integer> token = List.of(1, 1, config.hiddenSize());
    if (masks) {
      layers.parameter("mask_token", token, NORMAL);
    } else {
      table.addFrozen("mask_token", token, NORMAL);
    }
    List<String> own = new ArrayList<>();
    own.add(parts.tokens(table, positions));
    own.add(parts.sinusoids());
    own.add(parts.condition(table));
    ParameterTable plain = new ParameterTable();
    ParameterTable skipping = new ParameterTable();
    own.add(relativeIndex());
    own.add(RELATIVE_BIAS.formatted(names.name("relative_bias"), parts.count()));
    own.add(block(plain));
    own.add(skipBlock(skipping));
    int before = addAll("en_inblocks.", plain, config.half());
    int after = addAll("en_outblocks.", skipping, config.half());
    int decoder = addAll("de_blocks.", skipping, config.decoderDepth());
    // without a masked pass nothing uses it, and the authors' code leaves it as it starts
    int side = masks ? addAll("sideblocks.", plain, 1) : addFrozen("sideblocks.0.", plain);
    own.add(parts.head(table));
    own.add(parts.image());
    int each = plain.parameters().size();
    int eachSkipping = skipping.parameters().size();
    own.add(encode(before, each, after, eachSkipping));
    own.add(
        DECODE.formatted(
            names.name("decode"),
            config.decoderDepth(),
            decoder,
            eachSkipping,
            names.call("skip_block")));
    own.add(calls(PREDICT, "predict"));
    if (masks) {
      own.add(DRAWS.formatted(names.name("second_draws"), parts.count()));
      own.add(
          KEPT.formatted(
              names.name("kept"),
              literal(Mdt.MASK_RANGE),
              literal(config.maskRatio()),
              parts.count()));
      own.add(SIDE.formatted(names.name("side"), names.call("block"), side, side + each));
      own.add(calls(SECOND_PREDICT, "second_predict"));
    }
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(table.functions(names, options.precision()));
    functions.addAll(own);
    return new Network(names, table, functions, false, masks);
  }

  private int addAll(String prefix, ParameterTable block, int count) {
    int first = table.parameters().size();
    for (int i = 0; i < count; i++) {
      table.addAll(prefix + i + ".", block);
    }
    return first;
  }

  private int addFrozen(String prefix, ParameterTable block) {
    int first = table.parameters().size();
    block.parameters().forEach(p -> table.addFrozen(prefix + p.name(), p.shape(), p.initialiser()));
    return first;
  }

  private String calls(String template, String name) {
    return template.formatted(
        names.name(name),
        names.call("cast"),
        names.call("condition"),
        names.call("tokens"),
        names.call("relative_index"),
        names.call("encode"),
        names.call("decode"),
        names.call("image"),
        names.call("head"),
        names.call("kept"),
        names.call("side"));
  }

  private String encode(int before, int each, int after, int eachSkipping) {
    return ENCODE.formatted(
        names.name("encode"),
        config.half(),
        before,
        each,
        after,
        eachSkipping,
        names.call("block"),
        names.call("skip_block"),
        config.half() - 1);
  }

  private String relativeIndex() {
    return RELATIVE_INDEX.formatted(
        names.name("relative_index"),
        parts.count(),
        parts.columns(),
        parts.rows() - 1,
        parts.columns() - 1,
        2 * parts.columns() - 1);
  }

  private String block(ParameterTable own) {
    FunctionWriter writer =
        new FunctionWriter(
            names.name("block"),
            List.of("x: Tensor", "c: Tensor", "index: Tensor", "kept: Tensor", "p: List[Tensor]"));
    return writer.finish(attend(writer, own, writer.argument("x", tokens())));
  }

  private String skipBlock(ParameterTable own) {
    FunctionWriter writer =
        new FunctionWriter(
            names.name("skip_block"),
            List.of(
                "x: Tensor",
                "skip: Tensor",
                "c: Tensor",
                "index: Tensor",
                "kept: Tensor",
                "p: List[Tensor]"));
    writer.layer("skip_linear");
    Value both =
        writer.let(
            "torch.cat([x, skip], -1)",
            List.of(Value.BATCH, Value.TOKENS, 2 * config.hiddenSize()));
    Value x = new Layers(writer, own).linear("skip_linear", both, config.hiddenSize());
    return writer.finish(attend(writer, own, x));
  }

  private List<Integer> tokens() {
    return List.of(Value.BATCH, Value.TOKENS, config.hiddenSize());
  }

  private Value attend(FunctionWriter writer, ParameterTable own, Value x) {
    int rows = (2 * parts.rows() - 1) * (2 * parts.columns() - 1) + UNUSED_ROWS;
    String name = "attn.rel_pos_bias.relative_position_bias_table";
    writer.layer(name);
    String biases = new Layers(writer, own).parameter(name, List.of(rows, config.heads()), NORMAL);
    String bias =
        writer
            .let(
                "%s(%s, index, kept, )".formatted(names.call("relative_bias"), biases),
                List.of(Value.BATCH, config.heads(), Value.TOKENS, Value.TOKENS))
            .name();
    return parts.block(writer, own, x, config.heads(), config.mlpSize(), Bias.added(bias));
  }
}
