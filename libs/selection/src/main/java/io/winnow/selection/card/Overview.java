package io.winnow.selection.card;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.selection.features.FeatureTable;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.algebra.CentredMoments;
import io.winnow.torch.algebra.Rows;
import java.util.Arrays;

/**
 * The position of all rows in the plane of largest variance, and how much variance the kept rows
 * retain.
 *
 * @param plane of the first two principal components
 * @param x position of each row along the first component, in the unit of the features; length N
 * @param y position of each row along the second component
 * @param variance of every class by label, and of all rows at {@code classes}: the total variance
 *     of the kept rows divided by that of all rows; null if all rows are equal
 */
record Overview(Plane plane, float[] x, float[] y, Double[] variance) {

  /**
   * Reads the table twice: for the covariance, and to project the rows.
   *
   * @param kept one per row
   * @param alive called regularly
   */
  static Overview of(FeatureTable table, boolean[] kept, Algebra algebra, Runnable alive) {
    int d = table.dimension();
    int classes = table.classes();
    int groups = classes + 1;
    // all rows of each class and of the set, then the kept ones
    TotalVariance variances = new TotalVariance(2 * groups, d);
    try (CentredMoments moments = algebra.moments(d)) {
      table.scan(
          0,
          table.rows(),
          (first, rows) -> {
            add(moments, rows, alive);
            for (int i = 0; i < rows.rows(); i++) {
              for (int group : new int[] {rows.labels()[i], classes}) {
                variances.add(group, rows.features(), i);
                if (kept[first + i]) {
                  variances.add(groups + group, rows.features(), i);
                }
              }
            }
          });
      Plane plane = Plane.of(moments);
      float[] x = new float[table.rows()];
      float[] y = new float[table.rows()];
      table.scan(
          0,
          table.rows(),
          (first, rows) -> {
            for (int i = 0; i < rows.rows(); i++) {
              x[first + i] = plane.place(rows.features(), i, 0);
              y[first + i] = plane.place(rows.features(), i, 1);
            }
            alive.run();
          });
      Double[] ratios = new Double[groups];
      Arrays.setAll(ratios, group -> variances.ratio(groups + group, group));
      return new Overview(plane, x, y, ratios);
    }
  }

  private static void add(CentredMoments moments, FeatureRows rows, Runnable alive) {
    int block = Rows.block(rows.dimension());
    for (int first = 0; first < rows.rows(); first += block) {
      int count = Math.min(block, rows.rows() - first);
      moments.add(new Rows(rows.features(), first, count, rows.dimension()));
      alive.run();
    }
  }
}
