package io.winnow.diffusion.kernel;

import java.util.List;

/**
 * Layers with parameters, written into one function. The function must have the unpacked parameters
 * as {@code p}, see {@link ParameterTable#unpackFunction()}.
 */
public final class Layers {
  private final FunctionWriter writer;
  private final ParameterTable table;

  public Layers(FunctionWriter writer, ParameterTable table) {
    this.writer = writer;
    this.table = table;
  }

  /** Whether a layer starts with Glorot's weights or with zeros, so that it first adds nothing. */
  public enum Start {
    GLOROT,
    ZERO
  }

  /**
   * A convolution with bias, padded by half its kernel so that stride 1 keeps the size.
   *
   * @param x B×C×H×W
   * @param size the kernel's odd width
   * @return B×channels×⌈H/stride⌉×⌈W/stride⌉
   */
  public Value conv(String name, Value x, int channels, int size, int stride, Start start) {
    writer.layer(name);
    writer.requireImage(x);
    int in = x.extent(1);
    Initialiser initialiser =
        start == Start.ZERO
            ? Initialiser.constant(0)
            : Initialiser.glorot((long) in * size * size, (long) channels * size * size);
    String weight = table.add(name + ".weight", List.of(channels, in, size, size), initialiser);
    String bias = table.add(name + ".bias", List.of(channels), Initialiser.constant(0));
    int padding = size / 2;
    return writer.let(
        "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d])"
            .formatted(x.name(), weight, bias, stride, stride, padding, padding),
        List.of(
            Value.BATCH,
            channels,
            (x.extent(2) + 2 * padding - size) / stride + 1,
            (x.extent(3) + 2 * padding - size) / stride + 1));
  }

  /**
   * A linear map with bias.
   *
   * @param x B×F
   * @return B×features
   */
  public Value linear(String name, Value x, int features) {
    writer.layer(name);
    writer.require(x.rank() == 2, "expects B×F, not %s".formatted(x));
    int in = x.extent(1);
    String weight =
        table.add(name + ".weight", List.of(features, in), Initialiser.glorot(in, features));
    String bias = table.add(name + ".bias", List.of(features), Initialiser.constant(0));
    return writer.let(
        "torch.linear(%s, %s, %s)".formatted(x.name(), weight, bias),
        List.of(Value.BATCH, features));
  }

  /** Group normalisation with a learned scale and shift (Wu and He, arXiv 1803.08494). */
  public Value groupNorm(String name, Value x, int groups) {
    writer.layer(name);
    writer.requireImage(x);
    int channels = x.extent(1);
    writer.require(
        channels % groups == 0,
        "cannot put %d channels into %d equal groups".formatted(channels, groups));
    String weight = table.add(name + ".weight", List.of(channels), Initialiser.constant(1));
    String bias = table.add(name + ".bias", List.of(channels), Initialiser.constant(0));
    return writer.let(
        "torch.group_norm(%s, %d, %s, %s, %s)"
            .formatted(x.name(), groups, weight, bias, FunctionWriter.literal(1e-5)),
        x.shape());
  }

  /**
   * One learned vector per index.
   *
   * @param indices the expression of an int64 vector of B indices below {@code count}
   * @return B×features
   */
  public Value embedding(String name, String indices, int count, int features) {
    writer.layer(name);
    String weight = table.add(name + ".weight", List.of(count, features), Initialiser.normal(1));
    return writer.let(
        "torch.embedding(%s, %s)".formatted(weight, indices), List.of(Value.BATCH, features));
  }

  /**
   * Self-attention over an image's pixels with a residual connection: x + Wo·attention(norm(x)),
   * where Wo starts at zero.
   *
   * @param x B×C×H×W
   * @return the same shape
   */
  public Value attention(String name, Value x, int heads, int groups) {
    Value normed = groupNorm(name + ".norm", x, groups);
    int channels = x.extent(1);
    int pixels = x.extent(2) * x.extent(3);
    writer.require(
        channels % heads == 0,
        "cannot share %d channels among %d heads".formatted(channels, heads));
    int width = channels / heads;
    Value qkv = conv(name + ".qkv", normed, 3 * channels, 1, 1, Start.GLOROT);
    writer.layer(name);
    Value split = writer.reshape(qkv, List.of(Value.BATCH, 3, heads, width, pixels));
    Value rows =
        writer.let(
            "torch.transpose(%s, 3, 4)".formatted(split.name()),
            List.of(Value.BATCH, 3, heads, pixels, width));
    Value mixed =
        writer.let(
            "torch.scaled_dot_product_attention(torch.select(%1$s, 1, 0), torch.select(%1$s, 1, 1), torch.select(%1$s, 1, 2))"
                .formatted(rows.name()),
            List.of(Value.BATCH, heads, pixels, width));
    Value columns =
        writer.let(
            "torch.transpose(%s, 2, 3)".formatted(mixed.name()),
            List.of(Value.BATCH, heads, width, pixels));
    Value image = writer.reshape(columns, x.shape());
    return writer.add(x, conv(name + ".out", image, channels, 1, 1, Start.ZERO));
  }
}
