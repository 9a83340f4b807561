package io.winnow.selection;

import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.CentredMoments;
import io.winnow.torch.algebra.Rows;
import java.util.function.Function;

/** What criteria do with rows that come block by block. */
final class BlockScores {
  private BlockScores() {}

  /** Mean and covariance of a group; the caller closes them. */
  static CentredMoments moments(Algebra algebra, BlockedRows group, Runnable alive) {
    CentredMoments moments = algebra.moments(group.dimension());
    try {
      group.scan(
          block -> {
            moments.add(block);
            alive.run();
          });
      return moments;
    } catch (RuntimeException e) {
      moments.close();
      throw e;
    }
  }

  /**
   * @param scores of the rows of a block
   * @return one score a row of the group
   */
  static double[] of(BlockedRows group, Function<Rows, double[]> scores, Runnable alive) {
    double[] all = new double[group.rows()];
    int[] at = {0};
    group.scan(
        block -> {
          double[] some = scores.apply(block);
          System.arraycopy(some, 0, all, at[0], some.length);
          at[0] += some.length;
          alive.run();
        });
    return all;
  }
}
