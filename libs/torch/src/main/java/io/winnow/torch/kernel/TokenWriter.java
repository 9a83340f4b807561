package io.winnow.torch.kernel;

import static io.winnow.torch.kernel.FunctionWriter.literal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Writes operations on sequences of tokens, B×T×D, into a function. They have no parameters. */
public final class TokenWriter {
  private final FunctionWriter writer;

  public TokenWriter(FunctionWriter writer) {
    this.writer = writer;
  }

  /**
   * Cuts an image into patches, row by row: B×C×H×W to B×(H/patch·W/patch)×(C·patch²). The features
   * of a token are in the order channel, row, column, as a convolution's weight has them.
   */
  public Value patches(Value image, int patch) {
    Value deep = writer.spaceToDepth(image, patch);
    int tokens = deep.extent(2) * deep.extent(3);
    return writer.let(
        "torch.transpose(torch.reshape(%s, [-1, %d, %d]), 1, 2)"
            .formatted(deep.name(), deep.extent(1), tokens),
        List.of(Value.BATCH, tokens, deep.extent(1)));
  }

  /**
   * Puts patches together to an image: B×(h·w)×(patch²·channels), whose features are in the order
   * row, column, channel, to B×channels×(h·patch)×(w·patch).
   */
  public Value image(Value tokens, int height, int width, int patch, int channels) {
    requireTokens(tokens);
    writer.require(
        tokens.extent(1) == height * width && tokens.extent(2) == patch * patch * channels,
        "cannot make images of %d channels from %d×%d patches of %s"
            .formatted(channels, height, width, tokens));
    return writer.let(
        "torch.reshape(torch.permute(torch.reshape(%s, [-1, %d, %d, %d, %4$d, %5$d]), [0, 5, 1, 3, 2, 4]), [-1, %5$d, %6$d, %7$d])"
            .formatted(
                tokens.name(), height, width, patch, channels, height * patch, width * patch),
        List.of(Value.BATCH, channels, height * patch, width * patch));
  }

  /** Adds a table of 1×T×D, e.g. of positions, to every sequence. */
  public Value addTable(Value tokens, String table) {
    requireTokens(tokens);
    return writer.let("torch.add(%s, %s)".formatted(tokens.name(), table), tokens.shape());
  }

  /**
   * Puts a token in front of every sequence: B×T×D to B×(T+1)×D.
   *
   * @param token the expression of D elements
   */
  public Value prepend(String token, Value tokens) {
    requireTokens(tokens);
    int width = tokens.extent(2);
    return writer.let(
        "torch.cat([torch.expand(torch.reshape(%s, [1, 1, %d]), [torch.size(%3$s, 0), 1, %2$d]), %3$s], 1)"
            .formatted(token, width, tokens.name()),
        List.of(Value.BATCH, tokens.extent(1) + 1, width));
  }

  /** The first token of every sequence: B×T×D to B×D. */
  public Value first(Value tokens) {
    requireTokens(tokens);
    return writer.let(
        "torch.select(%s, 1, 0)".formatted(tokens.name()), List.of(Value.BATCH, tokens.extent(2)));
  }

  /** Equal parts of the last axis. */
  public List<Value> chunk(Value x, int parts) {
    int last = x.rank() - 1;
    writer.require(x.extent(last) % parts == 0, "cannot cut %s into %d parts".formatted(x, parts));
    List<Integer> shape = new ArrayList<>(x.shape());
    shape.set(last, x.extent(last) / parts);
    String list = writer.let("torch.chunk(%s, %d, -1)".formatted(x.name(), parts), shape).name();
    return IntStream.range(0, parts)
        .mapToObj(i -> new Value("%s[%d]".formatted(list, i), shape))
        .toList();
  }

  /** Layer normalisation over the last axis without a learned scale and shift. */
  public Value layerNorm(Value x, double epsilon) {
    return writer.let(
        "torch.layer_norm(%s, [%d], None, None, %s)"
            .formatted(x.name(), x.extent(x.rank() - 1), literal(epsilon)),
        x.shape());
  }

  /** x·(1 + scale) + shift, where shift and scale, B×D, are those of a whole sequence. */
  public Value modulate(Value x, Value shift, Value scale) {
    requirePerSequence(x, shift);
    requirePerSequence(x, scale);
    return writer.let(
        "torch.add(torch.mul(%s, torch.unsqueeze(torch.add(%s, 1), 1)), torch.unsqueeze(%s, 1))"
            .formatted(x.name(), scale.name(), shift.name()),
        x.shape());
  }

  /** x + gate·h, where the gate, B×D, is that of a whole sequence. */
  public Value addGated(Value x, Value gate, Value h) {
    requirePerSequence(x, gate);
    writer.require(x.shape().equals(h.shape()), "cannot add %s and %s".formatted(x, h));
    return writer.let(
        "torch.add(%s, torch.mul(torch.unsqueeze(%s, 1), %s))"
            .formatted(x.name(), gate.name(), h.name()),
        x.shape());
  }

  /** Cuts the features among heads: B×T×(heads·d) to B×heads×T×d. */
  public Value splitHeads(Value x, int heads) {
    requireTokens(x);
    writer.require(
        x.extent(2) % heads == 0,
        "cannot share %d features among %d heads".formatted(x.extent(2), heads));
    int width = x.extent(2) / heads;
    return writer.let(
        "torch.transpose(torch.reshape(%s, [-1, %s, %d, %d]), 1, 2)"
            .formatted(x.name(), length(x, 1), heads, width),
        List.of(Value.BATCH, heads, x.extent(1), width));
  }

  /** The inverse of {@link #splitHeads}. */
  public Value mergeHeads(Value x) {
    writer.require(x.rank() == 4, "expects B×heads×T×d, not %s".formatted(x));
    int features = x.extent(1) * x.extent(3);
    return writer.let(
        "torch.reshape(torch.transpose(%s, 1, 2), [-1, %s, %d])"
            .formatted(x.name(), length(x, 2), features),
        List.of(Value.BATCH, x.extent(2), features));
  }

  /** The expression of an extent that may be {@link Value#TOKENS}. */
  private static String length(Value x, int axis) {
    int extent = x.extent(axis);
    return extent == Value.TOKENS
        ? "torch.size(%s, %d)".formatted(x.name(), axis)
        : Integer.toString(extent);
  }

  /** What is added to the scores of an attention before the softmax. */
  public record Bias(String expression, boolean causal) {
    /** Nothing: every token attends to every other. */
    public static final Bias NONE = new Bias("None", false);

    /** A token attends to itself and those before it. */
    public static final Bias CAUSAL = new Bias("None", true);

    /**
     * @param expression float, broadcastable to B×heads×T×S
     */
    public static Bias added(String expression) {
      return new Bias(expression, false);
    }
  }

  /**
   * softmax(q·kᵀ/√d + bias)·v of each head.
   *
   * @param q B×heads×T×d
   * @param k B×heads×S×d
   * @param v B×heads×S×d
   * @return B×heads×T×d
   */
  public Value attend(Value q, Value k, Value v, Bias bias) {
    writer.require(
        q.rank() == 4
            && k.shape().equals(v.shape())
            && q.extent(1) == k.extent(1)
            && q.extent(3) == k.extent(3),
        "cannot attend with queries %s, keys %s and values %s".formatted(q, k, v));
    return writer.let(
        "torch.scaled_dot_product_attention(%s, %s, %s, %s, 0., %s)"
            .formatted(
                q.name(), k.name(), v.name(), bias.expression(), bias.causal() ? "True" : "False"),
        q.shape());
  }

  private void requirePerSequence(Value x, Value vector) {
    requireTokens(x);
    writer.require(
        vector.rank() == 2 && vector.extent(1) == x.extent(2),
        "expects B×%d for the sequences of %s, not %s".formatted(x.extent(2), x, vector));
  }

  private void requireTokens(Value x) {
    writer.require(x.rank() == 3, "expects B×T×D, not %s".formatted(x));
  }
}
