package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A diffusion model's architecture: a type, a preset of that type, and any of its settings
 * replaced. Which types, presets and settings there are is known to the registry of architectures,
 * which checks them when a run is submitted.
 *
 * @param type e.g. {@code unet} or {@code dit}; default {@code unet}
 * @param preset named settings of that type, e.g. {@code ddpm-small} or {@code dit-s/2}; default
 *     {@code ddpm-tiny} for {@code unet}, for another type its first preset
 * @param settings settings of the type that replace the preset's, by their names, as fields beside
 *     {@code type} and {@code preset}, e.g. {@code "channelMultipliers": [1, 2]}
 */
public record ModelSpec(String type, String preset, @JsonAnySetter Map<String, Object> settings) {

  static final ModelSpec DEFAULT = new ModelSpec(null, null, Map.of());

  private static final String UNET = "unet";

  public ModelSpec {
    type = Check.orElse(type, UNET);
    Check.that(type.matches("[a-z][a-z0-9-]{0,31}"), "model.type", type, "a name such as \"unet\"");
    preset = preset == null && type.equals(UNET) ? "ddpm-tiny" : preset;
    settings = settings == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  @Override
  @JsonAnyGetter
  public Map<String, Object> settings() {
    return settings;
  }

  /** A preset of the U-Net. */
  public static ModelSpec preset(String preset) {
    return of(UNET, preset);
  }

  /** A preset of a type. */
  public static ModelSpec of(String type, String preset) {
    return new ModelSpec(type, preset, Map.of());
  }
}
