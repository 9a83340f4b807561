package io.winnow.models.mdt;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.Range;
import io.winnow.models.denoiser.Architecture;
import io.winnow.models.denoiser.ArchitectureType;
import io.winnow.models.denoiser.ArchitectureType.Preset;
import io.winnow.models.denoiser.Conditioning;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The masked diffusion transformer, version 2 (MDTv2), of Gao et al. (arXiv 2303.14389): DiT blocks
 * with a learned bias per relative position and long shortcuts, which training also asks to predict
 * from a part of the tokens. The encoder has ⌊(depth − decoderDepth)/2⌋ blocks on each side of its
 * shortcuts; the decoder's blocks all have a shortcut from the embedded input. Sampling never
 * masks. Parameters have the names and shapes of the authors' code (sail-sg/MDT at 7d26c21).
 *
 * @param patchSize side of a patch; divides the examples' height and width
 * @param hiddenSize features of a token, a multiple of 4 and of {@code heads}, up to 16,384
 * @param depth number of blocks, 3 to 128, the side block not counted
 * @param heads attention heads
 * @param mlpRatio hidden features of a block's MLP over {@code hiddenSize}
 * @param decoderDepth blocks of the decoder, 1 to {@code depth} − 2
 * @param maskRatio the least share of tokens that the second pass leaves out; a step draws the
 *     share from [maskRatio, maskRatio + 0.2). From 0 to 0.75; 0 for no second pass
 * @param learnSigma whether the network also predicts the variance of a reverse step
 * @param guidedChannels the number of leading channels that classifier-free guidance applies to; 3
 *     in the authors' code, whose latents have 4. With fewer channels it applies to all of them
 */
@JsonTypeName("mdt")
public record Mdt(
    @Description("Side of a patch; divides the examples' height and width")
        @Range(min = 1, max = MOST_PATCH)
        int patchSize,
    @Description("Features of a token, a multiple of 4 and of heads")
        @Range(min = 4, max = MOST_FEATURES)
        int hiddenSize,
    @Description("Number of blocks, the side block not counted") @Range(min = 3, max = MOST_BLOCKS)
        int depth,
    @Description("Attention heads") @Range(min = 1, max = MOST_FEATURES) int heads,
    @Description("Hidden features of a block's MLP over hiddenSize")
        @Range(above = 0, max = 2 * MOST_FEATURES)
        double mlpRatio,
    @Description("Blocks of the decoder, at most depth - 2") @Range(min = 1, max = MOST_BLOCKS)
        int decoderDepth,
    @Description(
            "Least share of tokens that the second pass of training leaves out; 0 for no second pass")
        @Range(min = 0, max = MOST_MASKED)
        double maskRatio,
    @Description("Whether the network also predicts the variance of a reverse step")
        boolean learnSigma,
    @Description("Number of leading channels that classifier-free guidance applies to")
        @Range(min = 1, max = MOST_GUIDED)
        int guidedChannels)
    implements Architecture {

  /** The registry's entry. */
  public static final ArchitectureType<Mdt> TYPE =
      new ArchitectureType<>(
          "mdt",
          Mdt.class,
          List.of(
              preset("mdtv2-s/2", 384, 12, 6, 6),
              preset("mdtv2-b/2", 768, 12, 12, 4),
              preset("mdtv2-l/2", 1024, 24, 16, 4),
              preset("mdtv2-xl/2", 1152, 28, 16, 4)));

  /** The width of the range that a step draws its share of masked tokens from. */
  static final double MASK_RANGE = 0.2;

  private static final int MOST_FEATURES = 16_384;
  private static final int MOST_BLOCKS = 128;
  private static final int MOST_PATCH = 64;
  private static final int ATTENTION = 6;
  private static final double MOST_MASKED = 0.75;
  private static final int MOST_GUIDED = 64;

  public Mdt {
    require(
        patchSize >= 1 && patchSize <= MOST_PATCH,
        "patchSize",
        patchSize,
        "use 1 to " + MOST_PATCH);
    require(heads >= 1, "heads", heads, "use at least 1");
    require(
        hiddenSize >= 4
            && hiddenSize <= MOST_FEATURES
            && hiddenSize % 4 == 0
            && hiddenSize % heads == 0,
        "hiddenSize",
        hiddenSize,
        "use a multiple of 4 and of heads = %d, up to %d".formatted(heads, MOST_FEATURES));
    require(depth >= 3 && depth <= MOST_BLOCKS, "depth", depth, "use 3 to " + MOST_BLOCKS);
    require(
        decoderDepth >= 1 && decoderDepth <= depth - 2,
        "decoderDepth",
        decoderDepth,
        "use 1 to %d, two blocks less than depth".formatted(depth - 2));
    require(
        mlpRatio > 0 && mlpRatio * hiddenSize >= 1 && mlpRatio * hiddenSize <= 8 * MOST_FEATURES,
        "mlpRatio",
        mlpRatio,
        "use a positive number, usually 4");
    require(
        maskRatio >= 0 && maskRatio <= MOST_MASKED,
        "maskRatio",
        maskRatio,
        "use 0 to %s, usually 0.3".formatted(MOST_MASKED));
    require(guidedChannels >= 1, "guidedChannels", guidedChannels, "use at least 1, usually 3");
  }

  private static void require(boolean holds, String name, Object value, String remedy) {
    if (!holds) {
      throw new InvalidInputException("the model's " + name + " cannot be " + value, remedy);
    }
  }

  private static Preset<Mdt> preset(
      String name, int hiddenSize, int depth, int heads, int decoderDepth) {
    return Preset.fixed(name, new Mdt(2, hiddenSize, depth, heads, 4, decoderDepth, 0.3, true, 3));
  }

  /** The index of each pair of tokens' relative position, int64 T×T, of every block. */
  @Override
  public Map<String, Tensor> buffers(ExampleSpec example) {
    int rows = example.height() / patchSize;
    int columns = example.width() / patchSize;
    int tokens = rows * columns;
    long[] index = new long[tokens * tokens];
    for (int i = 0; i < index.length; i++) {
      int row = i / tokens / columns - i % tokens / columns + rows - 1;
      int column = i / tokens % columns - i % tokens % columns + columns - 1;
      index[i] = (long) row * (2 * columns - 1) + column;
    }
    Tensor shared = Tensor.of(index, tokens, tokens);
    int half = (depth - decoderDepth) / 2;
    Map<String, Tensor> buffers = new TreeMap<>();
    Map.of("en_inblocks", half, "en_outblocks", half, "de_blocks", decoderDepth, "sideblocks", 1)
        .forEach(
            (stack, blocks) -> {
              for (int block = 0; block < blocks; block++) {
                buffers.put(
                    "%s.%d.attn.rel_pos_bias.relative_position_index".formatted(stack, block),
                    shared);
              }
            });
    return buffers;
  }

  @Override
  public void requireFit(ExampleSpec example, Conditioning conditioning) {
    if (example.height() % patchSize != 0 || example.width() % patchSize != 0) {
      throw new InvalidInputException(
          "a model of type mdt cannot cut examples of %s into patches of %d×%d"
              .formatted(example, patchSize, patchSize),
          "choose a patchSize that divides the height and the width");
    }
    int tokens = example.height() / patchSize * (example.width() / patchSize);
    if (maskRatio > 0 && (int) (tokens * (1 - maskRatio - MASK_RANGE)) < 1) {
      throw new InvalidInputException(
          "a model of type mdt would mask all %d patches of examples of %s"
              .formatted(tokens, example),
          "choose a smaller patchSize, or maskRatio 0 for no masked pass");
    }
    if (!(conditioning instanceof Conditioning.ClassLabels)) {
      throw new InvalidInputException(
          "a model of type mdt is conditioned on class labels", "give the number of classes");
    }
  }

  @Override
  public Network write(ExampleSpec example, Conditioning conditioning, NetworkOptions options) {
    requireFit(example, conditioning);
    return new MdtWriter(this, example, (Conditioning.ClassLabels) conditioning, options).network();
  }

  // of each block its input, queries, keys and values, their result and its product, and twice
  // the MLP's hidden features
  @Override
  public long activations(ExampleSpec example) {
    long tokens = (long) (example.height() / patchSize) * (example.width() / patchSize);
    double ofABlock = ATTENTION + 2 * mlpRatio;
    return (long) (tokens * depth * hiddenSize * ofABlock);
  }

  @Override
  public boolean learnsVariance() {
    return learnSigma;
  }

  @Override
  public int guidedChannels(ExampleSpec example) {
    return Math.min(guidedChannels, example.channels());
  }

  /** Hidden features of a block's MLP. */
  int mlpSize() {
    return (int) (mlpRatio * hiddenSize);
  }

  /** Blocks on each side of the encoder's shortcuts. */
  int half() {
    return (depth - decoderDepth) / 2;
  }
}
