package io.winnow.models.denoiser;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ArchitectureInfo;
import io.winnow.contracts.spec.ArchitectureInfo.Kind;
import io.winnow.contracts.spec.ArchitectureInfo.Setting;
import io.winnow.contracts.spec.field.Bounds;
import io.winnow.contracts.spec.field.Description;
import io.winnow.contracts.spec.field.Longest;
import io.winnow.contracts.spec.field.Range;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
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

  private static final ExampleSpec ANY = ExampleSpec.pixels(3, 32, 32);

  public ArchitectureType {
    presets = List.copyOf(presets);
  }

  /** The names of the presets. */
  public List<String> presetNames() {
    return presets.stream().map(Preset::name).toList();
  }

  /** What specs, forms and messages need to know about the type. */
  public ArchitectureInfo info() {
    return new ArchitectureInfo(
        name,
        presetNames(),
        Arrays.stream(settings.getRecordComponents()).map(ArchitectureType::setting).toList());
  }

  private static Setting setting(RecordComponent component) {
    Class<?> type = component.getType();
    Kind kind =
        type == int.class
            ? Kind.INTEGER
            : type == double.class
                ? Kind.NUMBER
                : type == boolean.class ? Kind.BOOLEAN : Kind.INTEGERS;
    Range range = component.getAnnotation(Range.class);
    Longest longest = component.getAnnotation(Longest.class);
    return new Setting(
        component.getName(),
        component.getAnnotation(Description.class).value(),
        kind,
        range == null ? null : Bounds.of(range),
        longest == null ? null : (Integer) longest.value());
  }

  /**
   * A preset with some settings replaced.
   *
   * @param preset its name, or null for the default
   * @throws InvalidInputException an unknown preset or setting, or a value out of range
   */
  public Architecture of(String preset, Map<String, Object> overrides, ExampleSpec example) {
    Architecture settings = preset(preset).of().apply(example).with(overrides);
    settings.requireChosen(overrides.keySet(), example);
    return settings;
  }

  /**
   * Checks a preset and settings before it is known what the examples are.
   *
   * @param preset its name, or null for the default
   * @throws InvalidInputException an unknown preset or setting, or a value out of range
   */
  public void require(String preset, Map<String, Object> overrides) {
    preset(preset).of().apply(ANY).with(overrides);
  }

  private Preset<A> preset(String wanted) {
    return presets.stream()
        .filter(p -> wanted == null || p.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "no model preset of type \"" + name + "\" is named " + wanted,
                    "choose one of " + String.join(", ", presetNames())));
  }
}
