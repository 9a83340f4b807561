package io.winnow.selection.card;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.selection.FeatureTable;
import io.winnow.torch.algebra.Algebra;
import java.util.function.Consumer;

/**
 * What one pass over all rows gives.
 *
 * @param plane of the first two principal components
 * @param x where each row lies along the first, in the features' unit; length N
 * @param y the same along the second
 * @param variance of every class and, at {@code classes}, of all rows: the kept rows' total
 *     variance by that of all; null where all are equal
 */
record Overview(Plane plane, float[] x, float[] y, Double[] variance) {

  /**
   * @param kept one a row
   */
  static Overview of(FeatureTable table, boolean[] kept, Algebra algebra) {
    int classes = table.classes();
    int groups = classes + 1;
    Plane plane = Plane.of(table.statistics(), algebra);
    float[] x = new float[table.rows()];
    float[] y = new float[table.rows()];
    // all rows of each class and of the set, then the kept ones
    Spread spread = new Spread(2 * groups, table.dimension());
    table.scan(
        new Consumer<>() {
          private int at;

          @Override
          public void accept(FeatureRows rows) {
            for (int i = 0; i < rows.rows(); i++, at++) {
              x[at] = plane.place(rows.features(), i, 0);
              y[at] = plane.place(rows.features(), i, 1);
              for (int group : new int[] {rows.labels()[i], classes}) {
                spread.add(group, rows.features(), i);
                if (kept[at]) {
                  spread.add(groups + group, rows.features(), i);
                }
              }
            }
          }
        });
    Double[] variance = new Double[groups];
    for (int group = 0; group < groups; group++) {
      variance[group] = spread.ratio(groups + group, group);
    }
    return new Overview(plane, x, y, variance);
  }
}
