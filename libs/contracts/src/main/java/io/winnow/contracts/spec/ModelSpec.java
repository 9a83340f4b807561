package io.winnow.contracts.spec;

import java.util.List;

/**
 * A diffusion model's architecture: a preset, any part of it overridden.
 *
 * @param preset {@code ddpm-tiny}, {@code ddpm-small} or {@code ddpm-cifar10}; default {@code
 *     ddpm-tiny}
 * @param channels width of the first level; default the preset's
 * @param multipliers width of each level over {@code channels}; default the preset's
 * @param blocks residual blocks a level; default the preset's
 * @param attention resolutions (pixels) with self-attention; default the preset's
 * @param dropout in [0, 1); default the preset's
 */
public record ModelSpec(
    String preset,
    Integer channels,
    List<Integer> multipliers,
    Integer blocks,
    List<Integer> attention,
    Double dropout) {

  static final ModelSpec DEFAULT = new ModelSpec(null, null, null, null, null, null);

  public ModelSpec {
    preset = Check.orElse(preset, "ddpm-tiny");
    Check.that(
        channels == null || (channels >= 1 && channels <= 4096),
        "model.channels",
        channels,
        "from 1 to 4096");
    multipliers = multipliers == null ? null : List.copyOf(multipliers);
    Check.that(
        multipliers == null
            || (!multipliers.isEmpty() && multipliers.stream().allMatch(m -> m >= 1)),
        "model.multipliers",
        multipliers,
        "a list of positive numbers");
    Check.that(
        blocks == null || (blocks >= 1 && blocks <= 64), "model.blocks", blocks, "from 1 to 64");
    attention = attention == null ? null : List.copyOf(attention);
    Check.that(
        dropout == null || (dropout >= 0 && dropout < 1), "model.dropout", dropout, "in [0, 1)");
  }

  public static ModelSpec preset(String preset) {
    return new ModelSpec(preset, null, null, null, null, null);
  }
}
