package io.winnow.reweighting;

import io.winnow.contracts.spec.Catalog;
import java.util.List;

/** The registry of weighting methods: one line each. */
public final class WeightingMethods {
  private static final List<WeightingMethod> ALL =
      List.of(new Dro(), new Uniform(), new InverseFrequency(), new GroupDro(), new LossRatio());

  private WeightingMethods() {}

  /** Every method. */
  public static List<WeightingMethod> all() {
    return ALL;
  }

  /**
   * The method of a name.
   *
   * @throws io.winnow.contracts.InvalidInputException there is none; the error lists the names
   */
  public static WeightingMethod of(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(() -> Catalog.WEIGHTING.unknown(name));
  }
}
