package io.winnow.selection.criterion;

import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.group.BlockedRows;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.Rows;

/**
 * Euclidean distance of a row to the coordinate-wise median of its class (scope {@code class}) or
 * of all rows (scope {@code global}); the middle of the ranks is kept. After Xia et al., Moderate
 * Coreset, ICLR 2023.
 */
final class ModerateCriterion implements Criterion {
  @Override
  public String name() {
    return "moderate";
  }

  @Override
  public String description() {
    return "Distance to the coordinate-wise median of the class; the middle band is kept";
  }

  @Override
  public Order order() {
    return Order.MIDDLE;
  }

  @Override
  public boolean streams() {
    return true;
  }

  @Override
  public double[] scores(FeatureTable table, Scoring scoring) {
    int d = table.dimension();
    Algebra algebra = scoring.algebra();
    return scoring
        .reader()
        .blockScores(
            table,
            scoring.scope(),
            algebra,
            "medians and distances",
            n -> Algebra.medianBytes(n, d),
            (group, alive) -> score(group, algebra, alive));
  }

  private static double[] score(BlockedRows group, Algebra algebra, Runnable alive) {
    double[] medians = medians(group, algebra, alive);
    return BlockScores.of(group, block -> algebra.distances(block, medians), alive);
  }

  /** The coordinate-wise median; for an even count, the mean of the middle two. */
  private static double[] medians(BlockedRows group, Algebra algebra, Runnable alive) {
    int d = group.dimension();
    int n = group.rows();
    int columns = Math.min(d, Algebra.medianColumns(n));
    // a pass over streamed rows is expensive: read as many columns at once as may be held
    long held = Math.min(group.room() / Float.BYTES, Integer.MAX_VALUE - 8);
    int read = Math.max(columns, (int) Math.min(d, held / n));
    double[] medians = new double[d];
    for (int from = 0; from < d; from += read) {
      int width = Math.min(read, d - from);
      float[] values = columns(group, from, width);
      for (int first = 0; first < width; first += columns) {
        int count = Math.min(columns, width - first);
        float[] part = count == width ? values : cut(values, width, first, count);
        System.arraycopy(algebra.medians(Rows.of(part, count)), 0, medians, from + first, count);
        alive.run();
      }
    }
    return medians;
  }

  /** Some columns of all rows, n×width. */
  private static float[] columns(BlockedRows group, int from, int width) {
    float[] values = new float[Math.multiplyExact(group.rows(), width)];
    int[] at = {0};
    group.scan(
        block -> {
          for (int i = 0; i < block.count(); i++) {
            int row = (block.first() + i) * block.dimension();
            System.arraycopy(block.values(), row + from, values, at[0], width);
            at[0] += width;
          }
        });
    return values;
  }

  private static float[] cut(float[] values, int width, int from, int count) {
    float[] cut = new float[values.length / width * count];
    for (int i = 0; i < values.length / width; i++) {
      System.arraycopy(values, i * width + from, cut, i * count, count);
    }
    return cut;
  }
}
