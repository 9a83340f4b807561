package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.winnow.contracts.spec.field.Default;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.Longest;
import io.winnow.contracts.spec.field.Section;
import io.winnow.contracts.spec.field.SpecFields;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A diffusion model's architecture: a type, a preset of that type, and any of its settings
 * replaced. The registry of architectures knows the types, presets and settings and checks them
 * when a run is submitted.
 */
@Section("model")
public record ModelSpec(
    @Description("Type of the architecture, e.g. unet or dit") @Default(ModelSpec.UNET) @Longest(32)
        String type,
    @Description("Named settings of the type, e.g. ddpm-small or dit-s/2")
        @Default(text = "ddpm-tiny for unet, else the first preset of the type")
        String preset,
    @Description(
            "Settings of the type that replace those of the preset, by name, as fields beside type and preset, e.g. \"channelMultipliers\": [1, 2]")
        @JsonAnySetter
        Map<String, Object> settings) {

  static final ModelSpec DEFAULT = new ModelSpec(null, null, Map.of());

  private static final String UNET = "unet";

  public ModelSpec {
    SpecFields fields = SpecFields.of(ModelSpec.class);
    type = fields.check("type", type);
    preset = fields.check("preset", preset);
    preset = preset == null && type.equals(UNET) ? "ddpm-tiny" : preset;
    settings = settings == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  @Override
  @JsonAnyGetter
  public Map<String, Object> settings() {
    return settings;
  }

  /**
   * Checks type, preset and settings as far as the catalog knows them.
   *
   * @param path where in the run spec they are
   * @throws InvalidInputException an unknown name, or a value out of range
   */
  void requireKnown(String path) {
    Catalog.ARCHITECTURES.of(path + ".type", type).require(path, preset, settings);
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
