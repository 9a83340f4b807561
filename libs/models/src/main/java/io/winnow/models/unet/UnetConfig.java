package io.winnow.models.unet;

import io.winnow.contracts.InvalidInputException;
import java.util.List;

/**
 * The U-Net of Ho et al. (arXiv 2006.11239), conditioned on the class.
 *
 * @param imageSize height and width of an image in pixels; where the levels cannot halve it evenly,
 *     the network sees it within a frame of zeros, see {@link #paddedSize}
 * @param imageChannels 1 or 3 of pixels, of latents up to 64
 * @param classes number of classes, at most a million; label {@code classes} is the null class of
 *     guidance
 * @param patch side of the square of pixels that enters as one position (space to depth); 1 for
 *     none
 * @param channels channels of the first level; no level may have more than 16,384
 * @param multipliers channels of each level as multiples of {@code channels}, finest first; every
 *     level has half the positions of the one before in height and width
 * @param blocks residual blocks a level on the way down, 1 to 32; one more on the way up
 * @param attentionResolutions widths of feature maps at which every block is followed by
 *     self-attention; the middle has it always
 * @param heads attention heads
 * @param groups groups of the normalisation; divides every level's channels
 * @param dropout share of features dropped in a residual block in training, in [0, 1)
 */
public record UnetConfig(
    int imageSize,
    int imageChannels,
    int classes,
    int patch,
    int channels,
    List<Integer> multipliers,
    int blocks,
    List<Integer> attentionResolutions,
    int heads,
    int groups,
    double dropout) {

  private static final int MOST_CHANNELS = 16_384;
  private static final int MOST_CLASSES = 1_000_000;
  private static final int MOST_BLOCKS = 32;
  private static final int MOST_LEVELS = 8;

  public UnetConfig {
    multipliers = List.copyOf(multipliers);
    attentionResolutions = List.copyOf(attentionResolutions);
    require(imageSize >= 4 && imageSize <= 1024, "imageSize", imageSize, "give 4 to 1024");
    require(
        imageChannels >= 1 && imageChannels <= 64,
        "imageChannels",
        imageChannels,
        "give grey images (1), colour images (3) or latents (up to 64)");
    require(
        classes >= 1 && classes <= MOST_CLASSES, "classes", classes, "give 1 to " + MOST_CLASSES);
    require(patch >= 1, "patch", patch, "give at least 1");
    require(blocks >= 1 && blocks <= MOST_BLOCKS, "blocks", blocks, "give 1 to " + MOST_BLOCKS);
    require(heads >= 1, "heads", heads, "give at least 1");
    require(groups >= 1, "groups", groups, "give at least 1");
    require(dropout >= 0 && dropout < 1, "dropout", dropout, "give a share in [0, 1)");
    require(
        !multipliers.isEmpty() && multipliers.stream().allMatch(m -> m >= 1),
        "multipliers",
        multipliers,
        "give one positive number a level");
    require(
        multipliers.size() <= MOST_LEVELS,
        "multipliers",
        multipliers,
        "give at most " + MOST_LEVELS + " levels");
    require(
        attentionResolutions.size() <= MOST_LEVELS,
        "attention",
        attentionResolutions,
        "give one width a level at most");
    require(patch <= 16, "patch", patch, "give at most 16");
    require(
        channels >= 2 && channels % 2 == 0 && channels % groups == 0 && channels % heads == 0,
        "channels",
        channels,
        "give an even number divisible by groups = %d and heads = %d".formatted(groups, heads));
    long widest =
        channels * (long) multipliers.stream().mapToInt(Integer::intValue).max().orElse(1);
    require(
        widest <= MOST_CHANNELS,
        "channels",
        channels + " times " + multipliers,
        "give at most " + MOST_CHANNELS + " at each level");
  }

  private static void require(boolean holds, String name, Object value, String remedy) {
    if (!holds) {
      throw new InvalidInputException("the model's " + name + " cannot be " + value, remedy);
    }
  }

  /**
   * Height and width that the network computes at: {@code imageSize} rounded up to a multiple of
   * patch·2^(levels−1).
   */
  public int paddedSize() {
    return paddedSize(imageSize, patch, multipliers.size());
  }

  static int paddedSize(int imageSize, int patch, int levels) {
    int smallest = patch << (levels - 1);
    return (imageSize + smallest - 1) / smallest * smallest;
  }

  /** The label that stands for no class. */
  public int nullClass() {
    return classes;
  }

  /** Channels of a level, counted from the finest. */
  int channelsAt(int level) {
    return channels * multipliers.get(level);
  }
}
