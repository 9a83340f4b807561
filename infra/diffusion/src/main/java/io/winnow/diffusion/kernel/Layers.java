package io.winnow.diffusion.kernel;

import java.util.List;

/**
 * Layers with parameters, written into one function. The function must have the unpacked parameters
 * as {@code p}, see {@link ParameterTable#unpackFunction}.
 */
public final class Layers {
  // oneDNN 3.7 (in PyTorch 2.7) computes a 3×3 convolution wrongly on some processors (AMD Zen 5)
  // unless its inputs and outputs are multiples of 16: the rest of its blocks of 16 is not zero.
  // Such a convolution gets zeros for inputs and outputs that nobody reads.
  private static final int BLOCK = 16;

  // Only the processor's operator takes x and weight of two types, and spares the copy.
  private static final String NORM =
      """
      # group normalisation in float32 of an image of any type
      def norm(self: __torch__.Kernel, x: Tensor, groups: int, weight: Tensor, bias: Tensor) -> Tensor:
        if ops.prim.is_cuda(x):
          y = torch.to(torch.group_norm(torch.to(x, 6), groups, weight, bias, 1.0E-5), ops.prim.dtype(x))
        else:
          y = torch.group_norm(x, groups, weight, bias, 1.0E-5)
        return y
      """;

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
    int moreIn = (BLOCK - in % BLOCK) % BLOCK;
    int moreOut = (BLOCK - channels % BLOCK) % BLOCK;
    String image = x.name();
    if (moreIn > 0) {
      image = "torch.constant_pad_nd(%s, [0, 0, 0, 0, 0, %d])".formatted(image, moreIn);
    }
    if (moreIn + moreOut > 0) {
      weight =
          "torch.constant_pad_nd(%s, [0, 0, 0, 0, 0, %d, 0, %d])"
              .formatted(weight, moreIn, moreOut);
      bias = "torch.constant_pad_nd(%s, [0, %d])".formatted(bias, moreOut);
    }
    Value result =
        writer.let(
            "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d])"
                .formatted(image, weight, bias, stride, stride, padding, padding),
            List.of(
                Value.BATCH,
                channels + moreOut,
                (x.extent(2) + 2 * padding - size) / stride + 1,
                (x.extent(3) + 2 * padding - size) / stride + 1));
    return moreOut == 0 ? result : writer.firstChannels(result, channels);
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

  /**
   * The source of {@code norm(x, groups, weight, bias)}, which every kernel with a {@link
   * #groupNorm} needs: weight and bias are float32 whatever x is, as are the statistics.
   */
  public static String normFunction() {
    return NORM;
  }

  /** Group normalisation with a learned scale and shift (Wu and He, arXiv 1803.08494). */
  public Value groupNorm(String name, Value x, int groups) {
    writer.layer(name);
    writer.requireImage(x);
    int channels = x.extent(1);
    writer.require(
        channels % groups == 0,
        "cannot put %d channels into %d equal groups".formatted(channels, groups));
    String weight = table.addExact(name + ".weight", List.of(channels), Initialiser.constant(1));
    String bias = table.addExact(name + ".bias", List.of(channels), Initialiser.constant(0));
    return writer.let(
        "(self).norm(%s, %d, %s, %s, )".formatted(x.name(), groups, weight, bias), x.shape());
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
    // Pixels before channels, which is how a channels-last image lies in memory: nothing is copied.
    Value rows =
        writer.let(
            "torch.reshape(torch.permute(%s, [0, 2, 3, 1]), [-1, %d, 3, %d, %d])"
                .formatted(qkv.name(), pixels, heads, width),
            List.of(Value.BATCH, pixels, 3, heads, width));
    Value byHead =
        writer.let(
            "torch.transpose(%s, 1, 3)".formatted(rows.name()),
            List.of(Value.BATCH, heads, 3, pixels, width));
    Value mixed =
        writer.let(
            "torch.scaled_dot_product_attention(torch.select(%1$s, 2, 0), torch.select(%1$s, 2, 1), torch.select(%1$s, 2, 2))"
                .formatted(byHead.name()),
            List.of(Value.BATCH, heads, pixels, width));
    Value image =
        writer.let(
            "torch.permute(torch.reshape(torch.transpose(%s, 1, 2), [-1, %d, %d, %d]), [0, 3, 1, 2])"
                .formatted(mixed.name(), x.extent(2), x.extent(3), channels),
            x.shape());
    return writer.add(x, conv(name + ".out", image, channels, 1, 1, Start.ZERO));
  }
}
