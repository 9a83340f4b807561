package io.winnow.selection;

import io.winnow.contracts.spec.SelectionSpec;
import java.util.Map;

/**
 * What decides a coreset besides features and labels: part of its address, and shown on its card.
 * What does not count is null, and so in neither: the seed where nothing is drawn, so that other
 * criteria are reused across seeds; centres where there are none.
 *
 * @param criterion how rows are scored
 * @param ratio share of each group, or null for another budget
 * @param scope where ranks are made
 * @param seed the run's
 * @param count rows in all
 * @param perClass rows by class name
 * @param minPerClass rows that each class keeps at least
 * @param clusters of k-means
 * @param lossDraws timesteps that a row's loss is the mean over
 */
public record SelectionParameters(
    SelectionSpec.Criterion criterion,
    Double ratio,
    SelectionSpec.Scope scope,
    Long seed,
    Integer count,
    Map<String, Integer> perClass,
    Integer minPerClass,
    Integer clusters,
    Integer lossDraws) {

  public static SelectionParameters of(SelectionSpec spec, long seed) {
    boolean centred = spec.criterion() == SelectionSpec.Criterion.K_MEANS;
    return new SelectionParameters(
        spec.criterion(),
        spec.ratio(),
        spec.scope(),
        Criterion.draws(spec.criterion()) ? seed : null,
        spec.count(),
        spec.perClass(),
        spec.minPerClass() > 0 ? spec.minPerClass() : null,
        centred ? spec.clusters() : null,
        spec.criterion().byLoss() ? spec.lossDraws() : null);
  }
}
