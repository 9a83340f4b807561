package io.winnow.selection.criterion;

import io.winnow.contracts.spec.Catalog;
import java.util.List;

/** The registry of criteria: one line each. */
public final class Criteria {
  private static final List<Criterion> ALL =
      List.of(
          new GaussianCriterion(),
          new ModerateCriterion(),
          new RandomCriterion(),
          new KnnCriterion(),
          new PpcaCriterion(),
          new KMeansCriterion(),
          new KCenterCriterion(),
          new HerdingCriterion(),
          new MomentsCriterion(),
          new LossCriterion("interval", "evenly spaced ranks are kept", Order.EVEN),
          new LossCriterion("hardest", "the highest are kept", Order.HIGHEST),
          new LossCriterion("easiest", "the lowest are kept", Order.LOWEST));

  private Criteria() {}

  /** Every criterion. */
  public static List<Criterion> all() {
    return ALL;
  }

  /**
   * The criterion of a name.
   *
   * @throws io.winnow.contracts.InvalidInputException there is none; the error lists the names
   */
  public static Criterion of(String name) {
    return ALL.stream()
        .filter(criterion -> criterion.name().equals(name))
        .findFirst()
        .orElseThrow(() -> Catalog.CRITERIA.unknown(name));
  }
}
