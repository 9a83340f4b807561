package io.winnow.selection.testing;

import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.Criterion;
import io.winnow.selection.FeatureTable;
import io.winnow.selection.LossCriterion;
import io.winnow.selection.Quota;
import io.winnow.selection.Selection;

/** Criteria as a spec makes them, and what they keep. */
public final class Criteria {
  private Criteria() {}

  public static Criterion of(
      SelectionSpec.Criterion name, Scope scope, long seed, FeatureTable table, double ratio) {
    if (name.byLoss()) {
      // all images alike to the reference
      return LossCriterion.of(name, new double[table.rows()]);
    }
    SelectionSpec spec = new SelectionSpec(name, ratio, scope, null, null, null, 3, null, null);
    return Criterion.of(spec, seed, quota(table, scope, ratio), Engine.ALGEBRA);
  }

  public static Selection select(
      SelectionSpec.Criterion name, Scope scope, long seed, FeatureTable table, double ratio) {
    Criterion criterion = of(name, scope, seed, table, ratio);
    return Selection.of(
        criterion.scores(table, scope),
        table.labels(),
        quota(table, scope, ratio),
        scope,
        criterion.order());
  }

  private static Quota quota(FeatureTable table, Scope scope, double ratio) {
    return Quota.ratio(ratio, scope, Selection.count(table.labels(), table.classes()));
  }
}
