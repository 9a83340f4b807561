package io.winnow.models.autoencoder;

import io.winnow.torch.kernel.FunctionWriter;
import io.winnow.torch.kernel.Layers;
import io.winnow.torch.kernel.Layers.Start;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.kernel.TokenWriter;
import io.winnow.torch.kernel.TokenWriter.Bias;
import io.winnow.torch.kernel.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes one of the two networks of an {@link AutoencoderConfig} as a kernel function of an image
 * {@code x} and the unpacked parameters {@code p}. Parameters have diffusers' names. A residual
 * block is GroupNorm, SiLU, 3×3 convolution, twice.
 */
final class AutoencoderWriter {
  private static final double EPSILON = 1e-6;

  private final AutoencoderConfig config;
  private final boolean keepBlocks;
  private final ParameterTable table = new ParameterTable();
  private final FunctionWriter writer;
  private final Layers layers;
  private final TokenWriter tokens;
  private final String part;

  /**
   * @param part {@code encoder} or {@code decoder}: the prefix of names
   * @param name of the function
   * @param keepBlocks whether the function has one more argument, a list that each block's output
   *     is added to
   */
  AutoencoderWriter(AutoencoderConfig config, String part, String name, boolean keepBlocks) {
    this.config = config;
    this.part = part + ".";
    this.keepBlocks = keepBlocks;
    List<String> arguments = List.of("x: Tensor", "p: List[Tensor]", "blocks: List[Tensor]");
    this.writer = new FunctionWriter(name, keepBlocks ? arguments : arguments.subList(0, 2));
    this.layers = new Layers(writer, table);
    this.tokens = new TokenWriter(writer);
  }

  ParameterTable table() {
    return table;
  }

  /** From B×C×height×width to the moments, B×2·latentChannels×(height/factor)×(width/factor). */
  String encode(int height, int width) {
    int levels = config.widths().size();
    Value h = writer.argument("x", List.of(Value.BATCH, config.inChannels(), height, width));
    h = kept(conv("conv_in", h, config.widths().get(0)));
    for (int level = 0; level < levels; level++) {
      String name = "down_blocks." + level;
      for (int block = 0; block < config.blocks(); block++) {
        h = residual(name + ".resnets." + block, h, config.widths().get(level));
      }
      h = kept(level < levels - 1 ? halved(name + ".downsamplers.0.conv", h) : h);
    }
    h = kept(middle(h));
    h = kept(out(h, 2 * config.latentChannels()));
    return writer.finish(
        config.quantConv()
            ? layers.conv("quant_conv", h, 2 * config.latentChannels(), 1, 1, Start.GLOROT)
            : h);
  }

  /** From B×latentChannels×(height/factor)×(width/factor) to B×C×height×width. */
  String decode(int height, int width) {
    List<Integer> widths = new ArrayList<>(config.widths());
    Collections.reverse(widths);
    int factor = config.factor();
    Value h =
        writer.argument(
            "x", List.of(Value.BATCH, config.latentChannels(), height / factor, width / factor));
    if (config.postQuantConv()) {
      h = layers.conv("post_quant_conv", h, config.latentChannels(), 1, 1, Start.GLOROT);
    }
    h = kept(conv("conv_in", h, widths.get(0)));
    h = kept(middle(h));
    for (int level = 0; level < widths.size(); level++) {
      String name = "up_blocks." + level;
      for (int block = 0; block <= config.blocks(); block++) {
        h = residual(name + ".resnets." + block, h, widths.get(level));
      }
      boolean last = level == widths.size() - 1;
      h = kept(last ? h : conv(name + ".upsamplers.0.conv", writer.upsample(h), h.extent(1)));
    }
    return writer.finish(out(h, config.outChannels()));
  }

  private Value kept(Value block) {
    if (keepBlocks) {
      writer.statement("_ = torch.append(blocks, %s)".formatted(block.name()));
    }
    return block;
  }

  private Value conv(String name, Value x, int channels) {
    return layers.conv(part + name, x, channels, 3, 1, Start.GLOROT);
  }

  // zeros only below and to the right
  private Value halved(String name, Value x) {
    writer.layer(part + name);
    return layers.conv(part + name, writer.pad(x, 0, 1), x.extent(1), 3, 2, 0, Start.GLOROT);
  }

  private Value normed(String name, Value x) {
    return layers.groupNorm(part + name, x, config.groups(), EPSILON);
  }

  private Value out(Value x, int channels) {
    return conv("conv_out", writer.silu(normed("conv_norm_out", x)), channels);
  }

  private Value middle(Value x) {
    Value h = residual("mid_block.resnets.0", x, x.extent(1));
    h = config.attention() ? attention("mid_block.attentions.0", h) : h;
    return residual("mid_block.resnets.1", h, h.extent(1));
  }

  private Value residual(String name, Value x, int channels) {
    Value h = conv(name + ".conv1", writer.silu(normed(name + ".norm1", x)), channels);
    h = conv(name + ".conv2", writer.silu(normed(name + ".norm2", h)), channels);
    Value shortcut =
        x.extent(1) == channels
            ? x
            : layers.conv(part + name + ".conv_shortcut", x, channels, 1, 1, Start.GLOROT);
    return writer.add(shortcut, h);
  }

  // among all pixels, with one head
  private Value attention(String name, Value x) {
    int channels = x.extent(1);
    Value pixels = tokens.patches(normed(name + ".group_norm", x), 1);
    Value q = layers.linear(part + name + ".to_q", pixels, channels);
    Value k = layers.linear(part + name + ".to_k", pixels, channels);
    Value v = layers.linear(part + name + ".to_v", pixels, channels);
    Value mixed =
        tokens.attend(
            tokens.splitHeads(q, 1), tokens.splitHeads(k, 1), tokens.splitHeads(v, 1), Bias.NONE);
    Value out = layers.linear(part + name + ".to_out.0", tokens.mergeHeads(mixed), channels);
    return writer.add(x, tokens.image(out, x.extent(2), x.extent(3), 1, channels));
  }
}
