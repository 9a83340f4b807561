package io.winnow.selection;

import io.winnow.contracts.spec.CriterionInfo.Needs;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.selection.criterion.Criteria;
import io.winnow.selection.criterion.Criterion;
import java.util.Map;

/**
 * What determines a coreset besides features and labels; part of its address and of its card.
 * Settings without influence are null, and so in neither: for example the seed of criteria that do
 * not draw, so that their coresets are reused across seeds.
 *
 * @param criterion name of the criterion
 * @param ratio share of each group, or null if another budget is given
 * @param scope whether rows are ranked within their class or all together
 * @param seed of the run
 * @param count total number of rows
 * @param perClass number of rows by class name
 * @param minPerClass minimum number of rows per class
 * @param clusters number of clusters
 * @param lossDraws number of timesteps over which the loss of a row is averaged
 */
public record SelectionParameters(
    String criterion,
    Double ratio,
    SelectionSpec.Scope scope,
    Long seed,
    Integer count,
    Map<String, Integer> perClass,
    Integer minPerClass,
    Integer clusters,
    Integer lossDraws) {

  public static SelectionParameters of(SelectionSpec spec, long seed) {
    Criterion criterion = Criteria.of(spec.criterion());
    return new SelectionParameters(
        spec.criterion(),
        spec.ratio(),
        spec.scope(),
        criterion.draws() ? seed : null,
        spec.count(),
        spec.perClass(),
        spec.minPerClass() > 0 ? spec.minPerClass() : null,
        criterion.clusters() ? spec.clusters() : null,
        criterion.needs() == Needs.LOSSES ? spec.lossDraws() : null);
  }
}
