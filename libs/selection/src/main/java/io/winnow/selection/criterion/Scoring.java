package io.winnow.selection.criterion;

import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.selection.group.GroupReader;
import io.winnow.torch.algebra.Algebra;

/**
 * What a criterion may use beside the rows.
 *
 * @param scope whether each class is scored separately, or all rows together
 * @param kept rows that will be kept of each group: of each class by label, or of all rows.
 *     Criteria that choose one row after another may leave the order of further rows approximate;
 *     which rows are kept must not depend on it otherwise
 * @param clusters k of clustering criteria, at least 1
 * @param seed of the run, for criteria that draw
 * @param losses the reference model's denoising loss of each row; null unless the criterion {@link
 *     Criterion#needs needs} losses
 * @param algebra linear algebra on the engine
 * @param reader reads groups within the memory limit
 */
public record Scoring(
    Scope scope,
    int[] kept,
    int clusters,
    long seed,
    double[] losses,
    Algebra algebra,
    GroupReader reader) {

  /**
   * Scoring as a spec configures it, without losses.
   *
   * @param kept see {@link #kept()}
   */
  public static Scoring of(SelectionSpec spec, int[] kept, long seed, Algebra algebra) {
    return new Scoring(
        spec.scope(),
        kept,
        spec.clusters(),
        seed,
        null,
        algebra,
        GroupReader.ofMiB(spec.memoryMiB()));
  }

  /** The same with the losses of the reference model, one per row. */
  public Scoring withLosses(double[] values) {
    return new Scoring(scope, kept, clusters, seed, values, algebra, reader);
  }
}
