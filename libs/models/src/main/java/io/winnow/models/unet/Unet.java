package io.winnow.models.unet;

import static io.winnow.torch.kernel.FunctionWriter.literal;

import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Layers.Start;
import io.winnow.torch.kernel.Layout;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.kernel.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Writes a {@link UnetConfig} as a kernel function. Residual blocks are GroupNorm, SiLU, 3×3
 * convolution, the time and class vector added, GroupNorm, SiLU, dropout, 3×3 convolution; the last
 * convolution of a block and of the model start at zero, as does attention's output.
 */
public final class Unet {
  private final UnetConfig config;
  private final Precision precision;
  private final Layout layout;
  private final ParameterTable table = new ParameterTable();
  private final FunctionWriter writer;
  private final Layers layers;
  private Value condition;

  private Unet(UnetConfig config, Precision precision, Layout layout) {
    this.config = config;
    this.precision = precision;
    this.layout = layout;
    this.writer =
        new FunctionWriter(
            "predict",
            List.of(
                "x: Tensor",
                "t: Tensor",
                "y: Tensor",
                "parameters: List[Tensor]",
                "training: bool",
                "seed: int"));
    this.layers = new Layers(writer, table);
  }

  /**
   * The network, whose function {@code predict(x, t, y, parameters, training, seed)} gives the
   * noise ε in x: x float32 B×C×H×W in about [−1, 1], t and y int64 B with t in [0, T) and y in [0,
   * classes], flat the parameters, training whether dropout acts, seed of the dropout; the result
   * is float32 of x's shape.
   */
  public static Network write(UnetConfig config, Precision precision) {
    return write(config, precision, Layout.CONTIGUOUS);
  }

  /** The same with images in memory as told; the parameters are the same. */
  public static Network write(UnetConfig config, Precision precision, Layout layout) {
    Unet unet = new Unet(config, precision, layout);
    String predict = unet.predict();
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(unet.table.functions(precision));
    functions.add(predict);
    return new Network(unet.table, functions);
  }

  private String predict() {
    writer.statement("g = torch.Generator(seed=seed)");
    writer.statement("p = (self).cast(parameters, )");
    condition = condition();
    Value patches = enter();
    Value h = layers.conv("in", patches, config.channels(), 3, 1, Start.GLOROT);
    Deque<Value> skips = new ArrayDeque<>();
    skips.push(h);
    h = down(h, skips);
    h = middle(h);
    h = up(h, skips);
    h = writer.silu(layers.groupNorm("out.norm", h, config.groups()));
    return writer.finish(leave(layers.conv("out.conv", h, patches.extent(1), 3, 1, Start.ZERO)));
  }

  // The image in the network's type and layout, padded to a size that all levels can halve.
  private Value enter() {
    int size = config.imageSize();
    writer.layer("enter");
    Value image =
        writer.let(
            "torch.contiguous(torch.to(x, %d), memory_format=%d)"
                .formatted(precision.scalarType(), layout.memoryFormat()),
            List.of(Value.BATCH, config.imageChannels(), size, size));
    int added = config.paddedSize() - size;
    Value padded = added == 0 ? image : writer.pad(image, added / 2, added - added / 2);
    return config.patch() == 1 ? padded : writer.spaceToDepth(padded, config.patch());
  }

  private Value leave(Value h) {
    writer.layer("leave");
    Value padded = config.patch() == 1 ? h : writer.depthToSpace(h, config.patch());
    int added = config.paddedSize() - config.imageSize();
    Value noise = added == 0 ? padded : writer.crop(padded, added / 2, config.imageSize());
    return writer.let("torch.contiguous(torch.to(%s, 6))".formatted(noise.name()), noise.shape());
  }

  // Sinusoids of the timestep (Vaswani et al., arXiv 1706.03762) through two linear layers, plus
  // the
  // class's vector; blocks take the SiLU of the sum.
  private Value condition() {
    int half = config.channels() / 2;
    int width = 4 * config.channels();
    writer.layer("time.sinusoids");
    writer.statement(
        "frequency = torch.exp(torch.mul(torch.arange(%d, dtype=6, device=ops.prim.device(x)), %s))"
            .formatted(half, literal(-Math.log(10_000) / half)));
    writer.statement("angle = torch.mul(torch.unsqueeze(torch.to(t, 6), 1), frequency)");
    Value sinusoids =
        writer.let(
            "torch.to(torch.cat([torch.sin(angle), torch.cos(angle)], 1), %d)"
                .formatted(precision.scalarType()),
            List.of(Value.BATCH, config.channels()));
    Value hidden = writer.silu(layers.linear("time.linear1", sinusoids, width));
    Value time = layers.linear("time.linear2", hidden, width);
    Value label = layers.embedding("class", "y", config.classes() + 1, width);
    return writer.silu(writer.add(time, label));
  }

  private Value down(Value h, Deque<Value> skips) {
    int levels = config.multipliers().size();
    for (int level = 0; level < levels; level++) {
      for (int block = 0; block < config.blocks(); block++) {
        h = blockWithAttention("down." + level + "." + block, h, config.channelsAt(level));
        skips.push(h);
      }
      if (level < levels - 1) {
        h = layers.conv("down." + level + ".halve", h, h.extent(1), 3, 2, Start.GLOROT);
        skips.push(h);
      }
    }
    return h;
  }

  private Value middle(Value h) {
    int channels = h.extent(1);
    h = residual("middle.0", h, channels);
    h = layers.attention("middle.attention", h, config.heads(), config.groups());
    return residual("middle.1", h, channels);
  }

  private Value up(Value h, Deque<Value> skips) {
    for (int level = config.multipliers().size() - 1; level >= 0; level--) {
      for (int block = 0; block <= config.blocks(); block++) {
        String name = "up." + level + "." + block;
        writer.layer(name);
        Value joined = writer.concat(h, skips.pop());
        h = blockWithAttention(name, joined, config.channelsAt(level));
      }
      if (level > 0) {
        String name = "up." + level + ".double";
        writer.layer(name);
        h = layers.conv(name, writer.upsample(h), h.extent(1), 3, 1, Start.GLOROT);
      }
    }
    return h;
  }

  private Value blockWithAttention(String name, Value x, int channels) {
    Value h = residual(name, x, channels);
    return config.attentionResolutions().contains(h.extent(3))
        ? layers.attention(name + ".attention", h, config.heads(), config.groups())
        : h;
  }

  private Value residual(String name, Value x, int channels) {
    Value h = writer.silu(layers.groupNorm(name + ".norm1", x, config.groups()));
    h = layers.conv(name + ".conv1", h, channels, 3, 1, Start.GLOROT);
    h = writer.addToPixels(h, layers.linear(name + ".condition", condition, channels));
    h = writer.silu(layers.groupNorm(name + ".norm2", h, config.groups()));
    h = layers.dropout(name + ".dropout", h, config.dropout());
    h = layers.conv(name + ".conv2", h, channels, 3, 1, Start.ZERO);
    Value shortcut =
        x.extent(1) == channels
            ? x
            : layers.conv(name + ".shortcut", x, channels, 1, 1, Start.GLOROT);
    return writer.add(shortcut, h);
  }
}
