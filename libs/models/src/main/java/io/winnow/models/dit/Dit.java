package io.winnow.models.dit;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.Range;
import io.winnow.models.denoiser.Architecture;
import io.winnow.models.denoiser.ArchitectureType;
import io.winnow.models.denoiser.ArchitectureType.Preset;
import io.winnow.models.denoiser.Conditioning;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import java.util.List;

/**
 * The diffusion transformer (DiT) of Peebles and Xie (arXiv 2212.09748), conditioned on the class
 * by adaLN-Zero. Examples are cut into square patches and need not be square themselves. Parameters
 * have the names and shapes of the authors' code (facebookresearch/DiT at ed81ce2).
 *
 * @param patchSize side of a patch; divides the examples' height and width
 * @param hiddenSize features of a token, a multiple of 4 and of {@code heads}, up to 16,384
 * @param depth number of blocks, 1 to 128
 * @param heads attention heads
 * @param mlpRatio hidden features of a block's MLP over {@code hiddenSize}
 * @param learnSigma whether the network also predicts the variance of a reverse step
 * @param guidedChannels the number of leading channels that classifier-free guidance applies to; 3
 *     in the authors' code, whose latents have 4. With fewer channels it applies to all of them
 * @param gradientCheckpointing whether training keeps only what goes into each block and computes
 *     the block again in the backward pass: less memory for about a third more time, and the same
 *     gradients
 */
@JsonTypeName("dit")
public record Dit(
    @Description("Side of a patch; divides the examples' height and width")
        @Range(min = 1, max = MOST_PATCH)
        int patchSize,
    @Description("Features of a token, a multiple of 4 and of heads")
        @Range(min = 4, max = MOST_FEATURES)
        int hiddenSize,
    @Description("Number of blocks") @Range(min = 1, max = MOST_BLOCKS) int depth,
    @Description("Attention heads") @Range(min = 1, max = MOST_FEATURES) int heads,
    @Description("Hidden features of a block's MLP over hiddenSize")
        @Range(above = 0, max = 2 * MOST_FEATURES)
        double mlpRatio,
    @Description("Whether the network also predicts the variance of a reverse step")
        boolean learnSigma,
    @Description("Number of leading channels that classifier-free guidance applies to")
        @Range(min = 1, max = MOST_GUIDED)
        int guidedChannels,
    @Description(
            "Whether training computes each block again in the backward pass: less memory, more time")
        boolean gradientCheckpointing)
    implements Architecture {

  /** The registry's entry. */
  public static final ArchitectureType<Dit> TYPE =
      new ArchitectureType<>(
          "dit",
          Dit.class,
          List.of(
              preset("dit-s/2", 384, 12, 6),
              preset("dit-b/2", 768, 12, 12),
              preset("dit-l/2", 1024, 24, 16),
              preset("dit-xl/2", 1152, 28, 16)));

  private static final int MOST_FEATURES = 16_384;
  private static final int MOST_BLOCKS = 128;
  private static final int MOST_PATCH = 64;
  private static final int ATTENTION = 6;
  private static final int MOST_GUIDED = 64;

  public Dit {
    require(
        patchSize >= 1 && patchSize <= MOST_PATCH,
        "patchSize",
        patchSize,
        "give 1 to " + MOST_PATCH);
    require(heads >= 1, "heads", heads, "give at least 1");
    require(
        hiddenSize >= 4
            && hiddenSize <= MOST_FEATURES
            && hiddenSize % 4 == 0
            && hiddenSize % heads == 0,
        "hiddenSize",
        hiddenSize,
        "give a multiple of 4 and of heads = %d, up to %d".formatted(heads, MOST_FEATURES));
    require(depth >= 1 && depth <= MOST_BLOCKS, "depth", depth, "give 1 to " + MOST_BLOCKS);
    require(
        mlpRatio > 0 && mlpRatio * hiddenSize >= 1 && mlpRatio * hiddenSize <= 8 * MOST_FEATURES,
        "mlpRatio",
        mlpRatio,
        "give a positive number, usually 4");
    require(guidedChannels >= 1, "guidedChannels", guidedChannels, "give at least 1, usually 3");
  }

  private static void require(boolean holds, String name, Object value, String remedy) {
    if (!holds) {
      throw new InvalidInputException("the model's " + name + " cannot be " + value, remedy);
    }
  }

  private static Preset<Dit> preset(String name, int hiddenSize, int depth, int heads) {
    return Preset.fixed(name, new Dit(2, hiddenSize, depth, heads, 4, true, 3, false));
  }

  @Override
  public void requireFit(ExampleSpec example, Conditioning conditioning) {
    if (example.height() % patchSize != 0 || example.width() % patchSize != 0) {
      throw new InvalidInputException(
          "a model of type dit cannot cut examples of %s into patches of %d×%d"
              .formatted(example, patchSize, patchSize),
          "choose a patchSize that divides the height and the width");
    }
    if (!(conditioning instanceof Conditioning.ClassLabels)) {
      throw new InvalidInputException(
          "a model of type dit is conditioned on class labels", "give the number of classes");
    }
  }

  @Override
  public Network write(ExampleSpec example, Conditioning conditioning, NetworkOptions options) {
    requireFit(example, conditioning);
    return new DitWriter(this, example, (Conditioning.ClassLabels) conditioning, options).network();
  }

  // of each block its input alone where it is computed again; else also queries, keys and values,
  // their result and its product, and twice
  // the MLP's hidden features
  @Override
  public long activations(ExampleSpec example) {
    long tokens = (long) (example.height() / patchSize) * (example.width() / patchSize);
    double ofABlock = gradientCheckpointing ? 1 : ATTENTION + 2 * mlpRatio;
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
}
