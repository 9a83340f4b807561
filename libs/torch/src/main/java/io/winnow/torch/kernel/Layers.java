package io.winnow.torch.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Layers with parameters, written into one function. The function must have the unpacked parameters
 * as {@code p}, see {@link ParameterTable#functions}.
 */
public final class Layers {
  // oneDNN 3.7 (in PyTorch 2.7) computes a 3×3 convolution wrongly on some processors (AMD Zen 5)
  // unless its inputs and outputs are multiples of 16: the rest of its blocks of 16 is not zero.
  // Such a convolution gets zeros for inputs and outputs that nobody reads.
  private static final int BLOCK = 16;

  private static final double EPSILON = 1e-5;

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
    return conv(name, x, channels, size, stride, size / 2, start);
  }

  /**
   * A convolution with bias.
   *
   * @param x B×C×H×W
   * @param size the kernel's width
   * @param padding zeros on each side
   * @return B×channels×(⌊(H + 2·padding − size)/stride⌋ + 1)×the same of W
   */
  public Value conv(
      String name, Value x, int channels, int size, int stride, int padding, Start start) {
    writer.layer(name);
    writer.requireImage(x);
    int in = x.extent(1);
    Initialiser initialiser =
        start == Start.ZERO
            ? Initialiser.constant(0)
            : Initialiser.glorot((long) in * size * size, (long) channels * size * size);
    String weight = table.add(name + ".weight", List.of(channels, in, size, size), initialiser);
    String bias = table.add(name + ".bias", List.of(channels), Initialiser.constant(0));
    return conv(x, channels, weight, bias, Window.square(size, stride, padding));
  }

  /**
   * A convolution without bias, which a normalisation follows.
   *
   * @param x B×C×H×W
   * @return B×channels and the positions of the window
   */
  public Value convWithoutBias(String name, Value x, int channels, Window window) {
    writer.layer(name);
    writer.requireImage(x);
    int in = x.extent(1);
    long area = (long) window.height() * window.width();
    String weight =
        table.add(
            name + ".weight",
            List.of(channels, in, window.height(), window.width()),
            Initialiser.glorot(in * area, channels * area));
    return conv(x, channels, weight, "None", window);
  }

  private Value conv(Value x, int channels, String weight, String bias, Window window) {
    int moreIn = (BLOCK - x.extent(1) % BLOCK) % BLOCK;
    int moreOut = (BLOCK - channels % BLOCK) % BLOCK;
    String image = x.name();
    if (moreIn > 0) {
      image = "torch.constant_pad_nd(%s, [0, 0, 0, 0, 0, %d])".formatted(image, moreIn);
    }
    if (moreIn + moreOut > 0) {
      weight =
          "torch.constant_pad_nd(%s, [0, 0, 0, 0, 0, %d, 0, %d])"
              .formatted(weight, moreIn, moreOut);
      bias =
          bias.equals("None")
              ? bias
              : "torch.constant_pad_nd(%s, [0, %d])".formatted(bias, moreOut);
    }
    Value result =
        writer.let(
            "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d])"
                .formatted(
                    image,
                    weight,
                    bias,
                    window.stride(),
                    window.stride(),
                    window.above(),
                    window.beside()),
            window.over(x, channels + moreOut));
    return moreOut == 0 ? result : writer.firstChannels(result, channels);
  }

  /**
   * Batch normalisation (Ioffe and Szegedy, arXiv 1502.03167) by stored statistics, as a trained
   * network infers: (x − running_mean)/√(running_var + ε)·weight + bias by channel. The statistics
   * are saved but not trained.
   *
   * @param epsilon added to the variance
   */
  public Value batchNorm(String name, Value x, double epsilon) {
    writer.layer(name);
    writer.requireImage(x);
    List<Integer> shape = List.of(x.extent(1));
    String weight = table.addExact(name + ".weight", shape, Initialiser.constant(1));
    String bias = table.addExact(name + ".bias", shape, Initialiser.constant(0));
    String mean = table.addExactFrozen(name + ".running_mean", shape, Initialiser.constant(0));
    String variance = table.addExactFrozen(name + ".running_var", shape, Initialiser.constant(1));
    return writer.let(
        "torch.batch_norm(%s, %s, %s, %s, %s, False, 0., %s, True)"
            .formatted(x.name(), weight, bias, mean, variance, FunctionWriter.literal(epsilon)),
        x.shape());
  }

  /**
   * A linear map with bias over the last axis, starting with Glorot's weights.
   *
   * @param x B×…×F
   * @return B×…×features
   */
  public Value linear(String name, Value x, int features) {
    int in = x.extent(x.rank() - 1);
    return linear(name, x, features, Initialiser.glorot(in, features), true);
  }

  /**
   * A linear map over the last axis.
   *
   * @param x B×…×F
   * @param start how the weight starts; the bias starts at zero
   * @param bias whether there is one
   * @return B×…×features
   */
  public Value linear(String name, Value x, int features, Initialiser start, boolean bias) {
    writer.layer(name);
    writer.require(x.rank() >= 2, "expects B×F or more axes, not %s".formatted(x));
    int in = x.extent(x.rank() - 1);
    String weight = table.add(name + ".weight", List.of(features, in), start);
    String shift =
        bias ? table.add(name + ".bias", List.of(features), Initialiser.constant(0)) : "None";
    List<Integer> shape = new ArrayList<>(x.shape());
    shape.set(x.rank() - 1, features);
    return writer.let("torch.linear(%s, %s, %s)".formatted(x.name(), weight, shift), shape);
  }

  /**
   * A parameter that the caller uses in an expression of its own.
   *
   * @return its expression
   */
  public String parameter(String name, List<Integer> shape, Initialiser start) {
    return table.add(name, shape, start);
  }

  /** The sources of the functions that layers call: every kernel with layers needs them. */
  public static List<String> functions() {
    return LayerFunctions.all();
  }

  /**
   * Group normalisation with a learned scale and shift (Wu and He, arXiv 1803.08494) and ε = 1e-5:
   * both are float32 whatever x is, as are the statistics.
   */
  public Value groupNorm(String name, Value x, int groups) {
    return groupNorm(name, x, groups, EPSILON);
  }

  /**
   * The same with another ε.
   *
   * @param epsilon added to the variance
   */
  public Value groupNorm(String name, Value x, int groups, double epsilon) {
    writer.layer(name);
    writer.requireImage(x);
    int channels = x.extent(1);
    writer.require(
        channels % groups == 0,
        "cannot put %d channels into %d equal groups".formatted(channels, groups));
    String weight = table.addExact(name + ".weight", List.of(channels), Initialiser.constant(1));
    String bias = table.addExact(name + ".bias", List.of(channels), Initialiser.constant(0));
    return writer.let(
        "(self).norm(%s, %d, %s, %s, %s, )"
            .formatted(x.name(), groups, weight, bias, FunctionWriter.literal(epsilon)),
        x.shape());
  }

  /**
   * One learned vector per index.
   *
   * @param indices the expression of an int64 vector of B indices below {@code count}
   * @return B×features
   */
  public Value embedding(String name, String indices, int count, int features) {
    return embedding(name, indices, count, features, Initialiser.normal(1));
  }

  /**
   * One learned vector per index.
   *
   * @param indices the expression of an int64 vector of B indices below {@code count}
   * @param start how the vectors start
   * @return B×features
   */
  public Value embedding(String name, String indices, int count, int features, Initialiser start) {
    writer.layer(name);
    String weight = table.add(name + ".weight", List.of(count, features), start);
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
    writer.require(
        channels % heads == 0,
        "cannot share %d channels among %d heads".formatted(channels, heads));
    Value qkv = conv(name + ".qkv", normed, 3 * channels, 1, 1, Start.GLOROT);
    writer.layer(name);
    Value mixed = writer.let("(self).attend(%s, %d, )".formatted(qkv.name(), heads), x.shape());
    return writer.add(x, conv(name + ".out", mixed, channels, 1, 1, Start.ZERO));
  }

  /**
   * Dropout, where the function's {@code training} holds, by its generator {@code g}.
   *
   * @param share of the elements, in [0, 1); 0 writes nothing
   * @return the same shape
   */
  public Value dropout(String name, Value x, double share) {
    if (share == 0) {
      return x;
    }
    writer.layer(name);
    String result = name.replace('.', '_');
    writer.statement("if training:");
    writer.statement(
        "  %s = (self).dropout(%s, %s, g, )"
            .formatted(result, x.name(), FunctionWriter.literal(share)));
    writer.statement("else:");
    writer.statement("  %s = %s".formatted(result, x.name()));
    return new Value(result, x.shape());
  }
}
