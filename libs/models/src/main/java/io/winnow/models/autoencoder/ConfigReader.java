package io.winnow.models.autoencoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Shown;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Reads the fields of a diffusers {@code config.json} of class AutoencoderKL. */
final class ConfigReader {
  private static final int MOST_CHANNELS = 1 << 14;
  private static final int MOST_LEVELS = 8;
  private static final int MOST_BLOCKS = 64;
  private static final String DOWN = "DownEncoderBlock2D";
  private static final String UP = "UpDecoderBlock2D";

  private static final Set<String> KNOWN =
      Set.of(
          "in_channels",
          "out_channels",
          "down_block_types",
          "up_block_types",
          "block_out_channels",
          "layers_per_block",
          "act_fn",
          "latent_channels",
          "norm_num_groups",
          "sample_size",
          "scaling_factor",
          "shift_factor",
          "latents_mean",
          "latents_std",
          "force_upcast",
          "use_quant_conv",
          "use_post_quant_conv",
          "mid_block_add_attention");

  private final JsonNode json;
  private final String what;

  ConfigReader(JsonNode json, String what) {
    this.json = json;
    this.what = what;
  }

  AutoencoderConfig read() {
    if (!json.isObject()) {
      throw new InvalidInputException(
          what + " is not a JSON object", "give the config.json of an AutoencoderKL");
    }
    requireKnown();
    // a library's note of the size that it was trained on, and of what float16 overflows in
    whole("sample_size", 1, 1, 1 << 16);
    flag("force_upcast", true);
    List<Integer> widths = widths();
    types("down_block_types", DOWN, widths.size());
    types("up_block_types", UP, widths.size());
    int groups = whole("norm_num_groups", 32, 1, MOST_CHANNELS);
    for (int width : widths) {
      if (width % groups != 0) {
        throw refused("norm_num_groups", "a divisor of every number in \"block_out_channels\"");
      }
    }
    return new AutoencoderConfig(
        whole("in_channels", 3, 1, MOST_CHANNELS),
        whole("out_channels", 3, 1, MOST_CHANNELS),
        widths,
        whole("layers_per_block", 1, 1, MOST_BLOCKS),
        whole("latent_channels", 4, 1, MOST_CHANNELS),
        groups,
        scale(),
        flag("use_quant_conv", true),
        flag("use_post_quant_conv", true),
        flag("mid_block_add_attention", true));
  }

  private void requireKnown() {
    json.fieldNames()
        .forEachRemaining(
            name -> {
              // a library's own notes, such as _diffusers_version
              if (!KNOWN.contains(name) && !name.startsWith("_")) {
                throw new InvalidInputException(
                    "%s: the field \"%s\" is not implemented".formatted(what, Shown.of(name)),
                    "use an AutoencoderKL without it");
              }
            });
    constant("_class_name", "AutoencoderKL");
    constant("act_fn", "silu");
    for (String name : List.of("shift_factor", "latents_mean", "latents_std")) {
      if (json.hasNonNull(name)) {
        throw refused(name, "null: nothing else is implemented");
      }
    }
  }

  private void constant(String name, String value) {
    if (json.has(name) && !json.get(name).asText().equals(value)) {
      throw refused(name, "\"" + value + "\": nothing else is implemented");
    }
  }

  private List<Integer> widths() {
    String name = "block_out_channels";
    if (!json.has(name)) {
      return List.of(64);
    }
    JsonNode given = json.get(name);
    List<Integer> widths = new ArrayList<>();
    for (JsonNode width : given) {
      if (!width.isInt() || width.asInt() < 1 || width.asInt() > MOST_CHANNELS) {
        throw refused(name, "a list of whole numbers from 1 to " + MOST_CHANNELS);
      }
      widths.add(width.asInt());
    }
    if (!given.isArray() || widths.isEmpty() || widths.size() > MOST_LEVELS) {
      throw refused(name, "a list of 1 to " + MOST_LEVELS + " numbers");
    }
    return widths;
  }

  private void types(String name, String type, int levels) {
    List<String> given = new ArrayList<>();
    if (json.has(name)) {
      json.get(name).forEach(one -> given.add(one.asText()));
    } else {
      given.add(type);
    }
    if (!given.equals(Collections.nCopies(levels, type))) {
      throw refused(
          name,
          "\"%s\" for each of the %d numbers in \"block_out_channels\": nothing else is implemented"
              .formatted(type, levels));
    }
  }

  private int whole(String name, int otherwise, int least, int most) {
    if (!json.has(name)) {
      return otherwise;
    }
    JsonNode value = json.get(name);
    if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
      throw refused(name, "a whole number from " + least + " to " + most);
    }
    return value.asInt();
  }

  private boolean flag(String name, boolean otherwise) {
    if (!json.has(name)) {
      return otherwise;
    }
    if (!json.get(name).isBoolean()) {
      throw refused(name, "true or false");
    }
    return json.get(name).asBoolean();
  }

  private double scale() {
    String name = "scaling_factor";
    if (!json.has(name)) {
      return 0.18215;
    }
    double value = json.get(name).isNumber() ? json.get(name).asDouble() : Double.NaN;
    if (!(value >= 1e-30 && value <= 1e30)) {
      throw refused(name, "a number from 1e-30 to 1e30");
    }
    return value;
  }

  private InvalidInputException refused(String name, String wanted) {
    return new InvalidInputException(
        "%s: the field \"%s\" is %s"
            .formatted(
                what, name, json.has(name) ? Shown.of(json.get(name).toString()) : "left out"),
        "give " + wanted);
  }
}
