package io.winnow.selector;

import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;

/** A score of every row, and which scores are wanted. */
public interface Criterion {

  /** Which end of the ranks is kept first. */
  enum Order {
    /** The highest score first. */
    HIGHEST,
    /** The middle rank first, outwards from there. */
    MIDDLE
  }

  /**
   * Scores every row.
   *
   * @param scope whether a class is looked at by itself or all rows together
   * @return one score a row, in row order
   * @throws io.winnow.contracts.InvalidInputException when the features allow no score
   */
  double[] scores(FeatureTable table, Scope scope);

  Order order();

  /**
   * @param seed the run's seed, used by criteria that draw
   */
  static Criterion of(SelectionSpec.Criterion name, long seed) {
    return switch (name) {
      case GAUSSIAN -> new GaussianCriterion();
      case MODERATE -> new ModerateCriterion();
      case RANDOM -> new RandomCriterion(seed);
    };
  }
}
