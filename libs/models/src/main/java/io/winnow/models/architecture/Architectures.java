package io.winnow.models.architecture;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.models.denoiser.Architecture;
import io.winnow.models.denoiser.ArchitectureType;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.dit.Dit;
import io.winnow.models.mdt.Mdt;
import io.winnow.models.unet.Unet;
import java.util.List;
import java.util.stream.Collectors;

/** The architectures there are. Specs, files, messages and help texts know them from here. */
public final class Architectures {
  private static final List<ArchitectureType<?>> ALL = List.of(Unet.TYPE, Dit.TYPE, Mdt.TYPE);

  private Architectures() {}

  /** All types, the default first. */
  public static List<ArchitectureType<?>> all() {
    return ALL;
  }

  /**
   * @param name e.g. {@code unet}
   * @throws InvalidInputException if there is no such type
   */
  public static ArchitectureType<?> type(String name) {
    return ALL.stream()
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no model type \"" + name + "\"",
                    "choose one of "
                        + ALL.stream()
                            .map(ArchitectureType::name)
                            .collect(Collectors.joining(", "))));
  }

  /**
   * The settings that a run spec describes, for given examples.
   *
   * @throws InvalidInputException an unknown type, preset or setting, or a value out of range
   */
  public static Architecture of(ModelSpec spec, ExampleSpec example) {
    return type(spec.type()).of(spec.preset(), spec.settings(), example);
  }

  /**
   * Checks the models of a run spec as far as that is possible before it is known what they train
   * on.
   *
   * @throws InvalidInputException an unknown type, preset or setting, or a value out of range
   */
  public static void require(RunSpec spec) {
    for (ModelSpec model :
        List.of(spec.model(), spec.reweight().model(), spec.reweight().referenceModel())) {
      type(model.type()).require(model.preset(), model.settings());
    }
  }

  /**
   * The spec of a preset of any type.
   *
   * @param name e.g. {@code ddpm-cifar10}
   * @throws InvalidInputException if there is no such preset
   */
  public static ModelSpec preset(String name) {
    return ALL.stream()
        .filter(type -> type.presetNames().contains(name))
        .findFirst()
        .map(type -> ModelSpec.of(type.name(), name))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "no model preset is named " + name,
                    "choose one of " + String.join(", ", presets())));
  }

  /** The names of all presets. */
  public static List<String> presets() {
    return ALL.stream().flatMap(type -> type.presetNames().stream()).toList();
  }
}
