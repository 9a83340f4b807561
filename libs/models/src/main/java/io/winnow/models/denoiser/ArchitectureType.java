package io.winnow.models.denoiser;

import io.winnow.contracts.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A kind of architecture as the registry lists it.
 *
 * @param name the {@code type} in a run spec and in {@code model.json}, e.g. {@code unet}
 * @param settings the record of its settings
 * @param presets named settings for given examples; the first is the default
 */
public record ArchitectureType<A extends Architecture>(
    String name, Class<A> settings, List<Preset<A>> presets) {

  /**
   * Named settings.
   *
   * @param name in a run spec, e.g. {@code ddpm-small}
   * @param of the settings for given examples
   */
  public record Preset<A extends Architecture>(String name, Function<ExampleSpec, A> of) {
    /** The same settings for all examples. */
    public static <A extends Architecture> Preset<A> fixed(String name, A settings) {
      return new Preset<>(name, example -> settings);
    }
  }

  public ArchitectureType {
    presets = List.copyOf(presets);
  }

  /** The names of the presets. */
  public List<String> presetNames() {
    return presets.stream().map(Preset::name).toList();
  }

  /**
   * A preset with some settings replaced.
   *
   * @param preset its name, or null for the default
   * @throws InvalidInputException an unknown preset or setting, or a value out of range
   */
  public Architecture of(String preset, Map<String, Object> overrides, ExampleSpec example) {
    Preset<A> chosen =
        presets.stream()
            .filter(p -> preset == null || p.name().equals(preset))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "no model preset of type \"" + name + "\" is named " + preset,
                        "choose one of " + String.join(", ", presetNames())));
    return chosen.of().apply(example).with(overrides, example);
  }
}
