package io.winnow.models.unet;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.Longest;
import io.winnow.contracts.spec.field.Range;
import io.winnow.models.denoiser.Architecture;
import io.winnow.models.denoiser.ArchitectureType;
import io.winnow.models.denoiser.ArchitectureType.Preset;
import io.winnow.models.denoiser.Conditioning;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.denoiser.Overrides;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The U-Net of Ho et al. (arXiv 2006.11239), conditioned on the class, for square examples.
 *
 * @param patch side of the square of pixels that enters as one position (space to depth), 1 to 16;
 *     1 for none
 * @param channels channels of the first level; no level may have more than 16,384
 * @param channelMultipliers channels of each level as multiples of {@code channels}, finest first;
 *     every level has half the positions of the one before in height and width
 * @param resBlocksPerLevel residual blocks per level on the way down, 1 to 32; one more on the way
 *     up
 * @param attentionResolutions widths of feature maps at which every block is followed by
 *     self-attention; the middle always has it
 * @param heads attention heads
 * @param groups groups of the normalisation; divides the channels of every level
 * @param dropout share of features dropped in a residual block in training, in [0, 1)
 */
@JsonTypeName("unet")
public record Unet(
    @Description("Side of the square of pixels that enters as one position; 1 for none")
        @Range(min = 1, max = MOST_PATCH)
        int patch,
    @Description("Channels of the first level") @Range(min = 2, max = MOST_CHANNELS) int channels,
    @Description("Channels of each level as multiples of channels, finest first")
        @Range(min = 1, max = MOST_CHANNELS)
        @Longest(MOST_LEVELS)
        List<Integer> channelMultipliers,
    @Description("Residual blocks per level on the way down") @Range(min = 1, max = MOST_BLOCKS)
        int resBlocksPerLevel,
    @Description("Widths of feature maps at which every block is followed by self-attention")
        @Range(min = 1, max = MOST_WIDTH)
        @Longest(MOST_LEVELS)
        List<Integer> attentionResolutions,
    @Description("Attention heads") @Range(min = 1, max = MOST_CHANNELS) int heads,
    @Description("Groups of the normalisation; divides the channels of every level")
        @Range(min = 1, max = MOST_CHANNELS)
        int groups,
    @Description("Share of features dropped in a residual block in training")
        @Range(min = 0, below = 1)
        double dropout)
    implements Architecture {

  /** The registry's entry. */
  public static final ArchitectureType<Unet> TYPE =
      new ArchitectureType<>(
          "unet",
          Unet.class,
          List.of(
              // For minutes on a processor: squares of 2×2 pixels enter as one position.
              preset("ddpm-tiny", 2, 32, List.of(1, 2), 1, 8, 0.0),
              // A quarter of the next one's width, for small experiments.
              preset("ddpm-small", 1, 64, List.of(1, 2, 2), 1, 32, 0.1),
              // Ho et al.'s model of CIFAR-10: 35.7 million parameters and the class embedding.
              preset("ddpm-cifar10", 1, 128, List.of(1, 2, 2, 2), 2, 32, 0.1)));

  private static final int MOST_CHANNELS = 16_384;
  private static final int LEAST_SIZE = 4;
  private static final int MAPS_OF_A_BLOCK = 6;
  private static final int MOST_BLOCKS = 32;
  private static final int MOST_LEVELS = 8;
  private static final int MOST_PATCH = 16;
  private static final int MOST_WIDTH = 4096;

  public Unet {
    require(channelMultipliers != null, "channelMultipliers", null, "give one number per level");
    channelMultipliers = List.copyOf(channelMultipliers);
    attentionResolutions =
        attentionResolutions == null ? List.of() : List.copyOf(attentionResolutions);
    require(patch >= 1, "patch", patch, "give at least 1");
    require(patch <= MOST_PATCH, "patch", patch, "give at most " + MOST_PATCH);
    require(
        resBlocksPerLevel >= 1 && resBlocksPerLevel <= MOST_BLOCKS,
        "resBlocksPerLevel",
        resBlocksPerLevel,
        "give 1 to " + MOST_BLOCKS);
    require(heads >= 1, "heads", heads, "give at least 1");
    require(groups >= 1, "groups", groups, "give at least 1");
    require(dropout >= 0 && dropout < 1, "dropout", dropout, "give a share in [0, 1)");
    require(
        !channelMultipliers.isEmpty() && channelMultipliers.stream().allMatch(m -> m >= 1),
        "channelMultipliers",
        channelMultipliers,
        "give one positive number per level");
    require(
        channelMultipliers.size() <= MOST_LEVELS,
        "channelMultipliers",
        channelMultipliers,
        "give at most " + MOST_LEVELS + " levels");
    require(
        attentionResolutions.size() <= MOST_LEVELS,
        "attentionResolutions",
        attentionResolutions,
        "give at most one width per level");
    require(
        channels >= 2 && channels % 2 == 0 && channels % groups == 0 && channels % heads == 0,
        "channels",
        channels,
        "give an even number divisible by groups = %d and heads = %d".formatted(groups, heads));
    long widest =
        channels * (long) channelMultipliers.stream().mapToInt(Integer::intValue).max().orElse(1);
    require(
        widest <= MOST_CHANNELS,
        "channels",
        channels + " times " + channelMultipliers,
        "give at most " + MOST_CHANNELS + " at each level");
  }

  private static void require(boolean holds, String name, Object value, String remedy) {
    if (!holds) {
      throw new InvalidInputException("the model's " + name + " cannot be " + value, remedy);
    }
  }

  // Attention at the second level: 16×16 for images of 32×32.
  private static Preset<Unet> preset(
      String name,
      int patch,
      int channels,
      List<Integer> multipliers,
      int blocks,
      int groups,
      double dropout) {
    return new Preset<>(
        name,
        example ->
            new Unet(
                patch,
                channels,
                multipliers,
                blocks,
                List.of(padded(example.width(), patch, multipliers.size()) / patch / 2),
                1,
                groups,
                dropout));
  }

  /**
   * Where the channels are replaced, the groups of the normalisation shrink to the greatest common
   * divisor, and to at most half the channels: alone in its group, a channel would lose what time
   * and class add to it.
   */
  @Override
  public Unet with(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    if (settings.get("channels") instanceof Integer width && width > 0) {
      all.putIfAbsent("groups", groups(groups, width));
    }
    return Overrides.of(this, all);
  }

  @Override
  public void requireChosen(Set<String> chosen, ExampleSpec example) {
    if (chosen.contains("attentionResolutions")) {
      requireLevels(example);
    }
  }

  private static int groups(int preset, int width) {
    int common = BigInteger.valueOf(preset).gcd(BigInteger.valueOf(width)).intValue();
    return common == width ? Math.max(1, width / 2) : common;
  }

  private void requireLevels(ExampleSpec example) {
    List<Integer> widths =
        IntStream.range(0, channelMultipliers.size())
            .map(level -> paddedSize(example) / patch >> level)
            .boxed()
            .toList();
    for (int resolution : attentionResolutions) {
      if (!widths.contains(resolution)) {
        throw new InvalidInputException(
            "\"model.attentionResolutions\" names the width %d, which no level has"
                .formatted(resolution),
            "choose from " + widths);
      }
    }
  }

  @Override
  public void requireFit(ExampleSpec example, Conditioning conditioning) {
    if (example.height() != example.width()) {
      throw new InvalidInputException(
          "a model of type unet requires square examples, not %s".formatted(example),
          "crop or pad the images to squares, or choose another model type");
    }
    require(example.width() >= LEAST_SIZE, "imageSize", example.width(), "give 4 to 1024");
    if (!(conditioning instanceof Conditioning.ClassLabels)) {
      throw new InvalidInputException(
          "a model of type unet is conditioned on class labels", "give the number of classes");
    }
  }

  @Override
  public Network write(ExampleSpec example, Conditioning conditioning, NetworkOptions options) {
    requireFit(example, conditioning);
    return UnetWriter.write(this, example, (Conditioning.ClassLabels) conditioning, options);
  }

  /**
   * Height and width that the network computes at: that of the examples rounded up to a multiple of
   * patch·2^(levels−1).
   */
  public int paddedSize(ExampleSpec example) {
    return padded(example.width(), patch, channelMultipliers.size());
  }

  private static int padded(int size, int patch, int levels) {
    int smallest = patch << (levels - 1);
    return (size + smallest - 1) / smallest * smallest;
  }

  // of each residual block two norms, two activations and two convolutions
  @Override
  public long activations(ExampleSpec example) {
    long kept = 0;
    for (int level = 0; level < channelMultipliers.size(); level++) {
      long side = paddedSize(example) / patch >> level;
      long blocks = 2L * resBlocksPerLevel + 1;
      kept += MAPS_OF_A_BLOCK * blocks * channelsAt(level) * side * side;
    }
    return kept;
  }

  /** Channels of a level, counted from the finest. */
  int channelsAt(int level) {
    return channels * channelMultipliers.get(level);
  }
}
