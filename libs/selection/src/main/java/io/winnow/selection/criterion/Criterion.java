package io.winnow.selection.criterion;

import io.winnow.contracts.spec.CriterionInfo;
import io.winnow.contracts.spec.CriterionInfo.Needs;
import io.winnow.selection.features.FeatureTable;

/** A score of every row, and which scores are kept. Stateless, and safe for use by many threads. */
public interface Criterion {

  /** Lower-case words joined by hyphens, as in a run spec. */
  String name();

  /** One line: what the score is, and which rows are kept. */
  String description();

  /** Which ranks are kept first. */
  Order order();

  /** What the score is computed from. */
  default Needs needs() {
    return Needs.FEATURES;
  }

  /** Whether the scores depend on {@link Scoring#seed}. */
  default boolean draws() {
    return false;
  }

  /** Whether the scores depend on {@link Scoring#clusters}. */
  default boolean clusters() {
    return false;
  }

  /** Whether groups that do not fit in memory can be scored. */
  default boolean streams() {
    return false;
  }

  /**
   * Scores every row.
   *
   * @return one score per row, in row order
   * @throws io.winnow.contracts.InvalidInputException the features allow no score, or scoring takes
   *     more memory than allowed
   */
  double[] scores(FeatureTable table, Scoring scoring);

  /** The declarations above, as specs and messages use them. */
  default CriterionInfo info() {
    return new CriterionInfo(name(), description(), needs(), draws(), streams());
  }
}
