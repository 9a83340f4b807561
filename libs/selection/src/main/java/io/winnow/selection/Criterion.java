package io.winnow.selection;

import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.torch.algebra.Algebra;

/** A score of every row, and which scores are wanted. */
public interface Criterion {

  /** Which end of the ranks is kept first. */
  enum Order {
    /** The highest score first. */
    HIGHEST,
    /** The lowest score first. */
    LOWEST,
    /** The middle rank first, outwards from there. */
    MIDDLE,
    /** Evenly spread ranks, as many as are kept, and then the others. */
    EVEN
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
   * The criterion that a spec names.
   *
   * @param seed the run's seed, used by criteria that draw
   * @param quota how many rows will be kept, so that criteria that choose row after row need not
   *     order all the others; which rows are kept does not depend on it otherwise
   * @param algebra on the engine
   */
  static Criterion of(SelectionSpec spec, long seed, Quota quota, Algebra algebra) {
    GroupReader reader = GroupReader.ofMiB(spec.memoryMiB());
    return switch (spec.criterion()) {
      case GAUSSIAN -> new GaussianCriterion(algebra, reader);
      case MODERATE -> new ModerateCriterion(algebra, reader);
      case RANDOM -> new RandomCriterion(seed);
      case KNN -> new KnnCriterion(algebra, reader);
      case PPCA -> new PpcaCriterion(algebra, reader);
      case K_MEANS -> new KMeansCriterion(reader, spec.clusters(), seed);
      case K_CENTER -> new KCenterCriterion(reader, quota.ofGroups(spec.scope()));
      case HERDING -> new HerdingCriterion(reader, quota.ofGroups(spec.scope()));
      case INTERVAL, HARDEST, EASIEST ->
          throw new IllegalArgumentException(
              spec.criterion() + " ranks by losses: see LossCriterion");
    };
  }

  /** Whether the criterion draws, so that the seed decides its scores. */
  static boolean draws(SelectionSpec.Criterion criterion) {
    return criterion == SelectionSpec.Criterion.RANDOM
        || criterion == SelectionSpec.Criterion.K_MEANS;
  }
}
