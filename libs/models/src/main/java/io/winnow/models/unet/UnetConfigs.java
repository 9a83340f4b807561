package io.winnow.models.unet;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/** From what a run's spec says of a model to the model's configuration. */
public final class UnetConfigs {
  private UnetConfigs() {}

  /**
   * The preset at the images' size with the spec's own settings over it. Where the channels are
   * overridden, the groups of the normalisation shrink to the greatest common divisor, and to half
   * the channels at most: alone in its group, a channel would lose what time and class add to it.
   *
   * @param channels channels of an image, 1 or 3
   * @param size height and width of an image, pixels
   * @param classes number of classes
   * @throws InvalidInputException an unknown preset, a size that does not fit the levels, a setting
   *     out of range, attention at a width that no level has
   */
  public static UnetConfig of(ModelSpec spec, int channels, int size, int classes) {
    UnetConfig preset = UnetPreset.of(spec.preset()).config(size, channels, classes);
    int width = orElse(spec.channels(), preset.channels());
    List<Integer> multipliers = orElse(spec.multipliers(), preset.multipliers());
    UnetConfig config =
        new UnetConfig(
            size,
            channels,
            classes,
            preset.patch(),
            width,
            multipliers,
            orElse(spec.blocks(), preset.blocks()),
            orElse(spec.attention(), preset.attentionResolutions()),
            preset.heads(),
            groups(preset.groups(), width),
            orElse(spec.dropout(), preset.dropout()));
    if (spec.attention() != null) {
      requireLevels(config);
    }
    return config;
  }

  private static int groups(int preset, int width) {
    int common = BigInteger.valueOf(preset).gcd(BigInteger.valueOf(width)).intValue();
    return common == width ? width / 2 : common;
  }

  private static void requireLevels(UnetConfig config) {
    List<Integer> widths =
        IntStream.range(0, config.multipliers().size())
            .map(level -> config.paddedSize() / config.patch() >> level)
            .boxed()
            .toList();
    for (int resolution : config.attentionResolutions()) {
      if (!widths.contains(resolution)) {
        throw new InvalidInputException(
            "\"model.attention\" names the width %d, which no level has".formatted(resolution),
            "choose from " + widths);
      }
    }
  }

  private static <T> T orElse(T value, T fallback) {
    return value != null ? value : fallback;
  }
}
