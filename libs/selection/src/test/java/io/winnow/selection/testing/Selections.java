package io.winnow.selection.testing;

import io.winnow.contracts.spec.CriterionInfo.Needs;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.Quota;
import io.winnow.selection.Selection;
import io.winnow.selection.criterion.Criteria;
import io.winnow.selection.criterion.Criterion;
import io.winnow.selection.criterion.Scoring;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.GroupReader;

/** Scores and coresets as a spec makes them. */
public final class Selections {
  private static final int CLUSTERS = 3;

  private Selections() {}

  /** Nothing but the scope, with memory for all rows. */
  public static Scoring scoring(Scope scope) {
    return new Scoring(
        scope, new int[0], CLUSTERS, 0, null, Engine.ALGEBRA, new GroupReader(1 << 30));
  }

  /** With equal losses, if the criterion needs any. */
  public static Scoring scoring(
      Criterion criterion, Scope scope, long seed, FeatureTable table, double ratio) {
    return new Scoring(
        scope,
        quota(table, scope, ratio).ofGroups(scope),
        CLUSTERS,
        seed,
        criterion.needs() == Needs.LOSSES ? new double[table.rows()] : null,
        Engine.ALGEBRA,
        new GroupReader(1 << 30));
  }

  public static Selection select(
      String name, Scope scope, long seed, FeatureTable table, double ratio) {
    Criterion criterion = Criteria.of(name);
    return Selection.of(
        criterion.scores(table, scoring(criterion, scope, seed, table, ratio)),
        table.labels(),
        quota(table, scope, ratio),
        scope,
        criterion.order());
  }

  private static Quota quota(FeatureTable table, Scope scope, double ratio) {
    return Quota.ratio(ratio, scope, Selection.count(table.labels(), table.classes()));
  }
}
