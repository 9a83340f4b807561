package io.winnow.selection.criterion;

import io.winnow.selection.group.BlockedRows;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.CentredMoments;
import io.winnow.torch.algebra.Rows;
import java.util.function.Function;

/** Computations over the blocks of a group that several criteria share. */
final class BlockScores {
  private BlockScores() {}

  /** Mean and covariance of a group; to be closed by the caller. */
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
   * Scores a group block by block.
   *
   * @param scores computes one score per row of a block
   * @return one score per row of the group
   */
  static double[] of(BlockedRows group, Function<Rows, double[]> scores, Runnable alive) {
    double[] all = new double[group.rows()];
    int[] at = {0};
    group.scan(
        block -> {
          double[] part = scores.apply(block);
          System.arraycopy(part, 0, all, at[0], part.length);
          at[0] += part.length;
          alive.run();
        });
    return all;
  }
}
