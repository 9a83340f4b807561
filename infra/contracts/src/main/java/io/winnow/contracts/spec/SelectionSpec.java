package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Which rows are kept.
 *
 * @param criterion the score; default {@code gaussian}
 * @param ratio r in (0, 1]: ⌈r·n_c⌉ rows of each class c (or ⌈r·n⌉ of all); default 0.25
 * @param scope whether classes are ranked apart; default {@code class}
 */
public record SelectionSpec(Criterion criterion, Double ratio, Scope scope) {

  /** How rows are scored. */
  public enum Criterion {
    /** Log-density under the class's Gaussian, highest kept. */
    @JsonProperty("gaussian")
    GAUSSIAN,
    /** Distance to the class's coordinate-wise median, the middle band kept. */
    @JsonProperty("moderate")
    MODERATE,
    /** A seeded draw, stratified by class. */
    @JsonProperty("random")
    RANDOM
  }

  /** Where ranks are made. */
  public enum Scope {
    @JsonProperty("class")
    CLASS,
    @JsonProperty("global")
    GLOBAL
  }

  static final SelectionSpec DEFAULT = new SelectionSpec(null, null, null);

  public SelectionSpec {
    criterion = Check.orElse(criterion, Criterion.GAUSSIAN);
    ratio = Check.orElse(ratio, 0.25);
    Check.that(ratio > 0 && ratio <= 1, "selection.ratio", ratio, "in (0, 1]");
    scope = Check.orElse(scope, Scope.CLASS);
  }
}
