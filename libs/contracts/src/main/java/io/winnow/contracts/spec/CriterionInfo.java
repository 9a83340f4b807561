package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What specs, forms and messages need to know about a selection criterion. The criteria themselves
 * are in {@code io.winnow.selection.criterion}, which declares these values.
 *
 * @param name lower-case words joined by hyphens, as in a run spec
 * @param description one line: what the score is and which rows are kept
 * @param needs what the score is computed from
 * @param draws whether the scores depend on the seed
 * @param streams whether groups that do not fit in memory can be scored
 */
public record CriterionInfo(
    String name, String description, Needs needs, boolean draws, boolean streams) {

  /** What a score is computed from. */
  public enum Needs {
    /** The features of the surrogate. */
    @JsonProperty("features")
    FEATURES,
    /** The denoising losses of the reference model. */
    @JsonProperty("losses")
    LOSSES,
    /** Neither. */
    @JsonProperty("nothing")
    NOTHING
  }
}
