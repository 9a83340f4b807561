package io.winnow.models.unet;

import io.winnow.contracts.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Named configurations, made for the size of the images at hand. */
public enum UnetPreset {
  /** Ho et al.'s model of CIFAR-10 (35.7 million parameters and the class embedding). */
  DDPM_CIFAR10("ddpm-cifar10", 1, 128, List.of(1, 2, 2, 2), 2, 32, 0.1),
  /** A quarter of its width, for small experiments. */
  DDPM_SMALL("ddpm-small", 1, 64, List.of(1, 2, 2), 1, 32, 0.1),
  /** For minutes on a processor: squares of 2×2 pixels enter as one position. */
  DDPM_TINY("ddpm-tiny", 2, 32, List.of(1, 2), 1, 8, 0.0);

  private final String id;
  private final int patch;
  private final int channels;
  private final List<Integer> multipliers;
  private final int blocks;
  private final int groups;
  private final double dropout;

  UnetPreset(
      String id,
      int patch,
      int channels,
      List<Integer> multipliers,
      int blocks,
      int groups,
      double dropout) {
    this.id = id;
    this.patch = patch;
    this.channels = channels;
    this.multipliers = multipliers;
    this.blocks = blocks;
    this.groups = groups;
    this.dropout = dropout;
  }

  /** The name in a run's spec, e.g. {@code ddpm-cifar10}. */
  public String id() {
    return id;
  }

  /**
   * @throws InvalidInputException if there is no such preset, with the names there are
   */
  public static UnetPreset of(String id) {
    return Arrays.stream(values())
        .filter(preset -> preset.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "no model preset is named " + id,
                    Arrays.stream(values())
                        .map(UnetPreset::id)
                        .collect(Collectors.joining(", ", "choose one of ", ""))));
  }

  /**
   * The configuration for images of a size: attention at the second level (16×16 for 32×32).
   *
   * @throws InvalidInputException if the size is out of range
   */
  public UnetConfig config(int imageSize, int imageChannels, int classes) {
    return new UnetConfig(
        imageSize,
        imageChannels,
        classes,
        patch,
        channels,
        multipliers,
        blocks,
        List.of(UnetConfig.paddedSize(imageSize, patch, multipliers.size()) / patch / 2),
        1,
        groups,
        dropout);
  }
}
