package io.winnow.models.unet;

import static io.winnow.torch.kernel.FunctionWriter.literal;

import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Layers.Start;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Writes a {@link Unet} as a kernel function. Residual blocks are GroupNorm, SiLU, 3×3 convolution,
 * the time and class vector added, GroupNorm, SiLU, dropout, 3×3 convolution; the last convolution
 * of a block and of the model start at zero, as does attention's output.
 */
final class UnetWriter {
  private final Unet config;
  private final ExampleSpec example;
  private final ClassLabels labels;
  private final NetworkOptions options;
  private final int paddedSize;
  private final ParameterTable table = new ParameterTable();
  private final FunctionWriter writer;
  private final Layers layers;
  private Value condition;

  private UnetWriter(Unet config, ExampleSpec example, ClassLabels labels, NetworkOptions options) {
    this.config = config;
    this.example = example;
    this.labels = labels;
    this.options = options;
    this.paddedSize = config.paddedSize(example);
    this.writer =
        new FunctionWriter(
            options.namespace().name("predict"),
            List.of(
                "x: Tensor",
                "t: Tensor",
                "y: Tensor",
                "parameters: List[Tensor]",
                "training: bool",
                "seed: int"));
    this.layers = new Layers(writer, table);
  }

  static Network write(
      Unet config, ExampleSpec example, ClassLabels labels, NetworkOptions options) {
    UnetWriter unet = new UnetWriter(config, example, labels, options);
    String predict = unet.predict();
    List<String> functions = new ArrayList<>(Layers.functions());
    functions.addAll(unet.table.functions(options.namespace(), options.precision()));
    functions.add(predict);
    return new Network(options.namespace(), unet.table, functions);
  }

  private String predict() {
    writer.statement("g = torch.Generator(seed=seed)");
    writer.statement("p = %s(parameters, )".formatted(options.namespace().call("cast")));
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
    int size = example.width();
    writer.layer("enter");
    Value image =
        writer.let(
            "torch.contiguous(torch.to(x, %d), memory_format=%d)"
                .formatted(options.precision().scalarType(), options.layout().memoryFormat()),
            List.of(Value.BATCH, example.channels(), size, size));
    int added = paddedSize - size;
    Value padded = added == 0 ? image : writer.pad(image, added / 2, added - added / 2);
    return config.patch() == 1 ? padded : writer.spaceToDepth(padded, config.patch());
  }

  private Value leave(Value h) {
    writer.layer("leave");
    Value padded = config.patch() == 1 ? h : writer.depthToSpace(h, config.patch());
    int added = paddedSize - example.width();
    Value noise = added == 0 ? padded : writer.crop(padded, added / 2, example.width());
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
                .formatted(options.precision().scalarType()),
            List.of(Value.BATCH, config.channels()));
    Value hidden = writer.silu(layers.linear("time.linear1", sinusoids, width));
    Value time = layers.linear("time.linear2", hidden, width);
    Value label = layers.embedding("class", "y", labels.classes() + 1, width);
    return writer.silu(writer.add(time, label));
  }

  private Value down(Value h, Deque<Value> skips) {
    int levels = config.channelMultipliers().size();
    for (int level = 0; level < levels; level++) {
      for (int block = 0; block < config.resBlocksPerLevel(); block++) {
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
    for (int level = config.channelMultipliers().size() - 1; level >= 0; level--) {
      for (int block = 0; block <= config.resBlocksPerLevel(); block++) {
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
