package io.winnow.selection.group;

import io.winnow.selection.features.FeatureTable;
import io.winnow.torch.algebra.Rows;
import java.util.function.Consumer;

/** Rows that are read from the table in every pass. */
record StreamedRows(FeatureTable table, GroupPlan plan, int index, long room)
    implements BlockedRows {
  @Override
  public int rows() {
    return plan.counts()[index];
  }

  @Override
  public int dimension() {
    return plan.dimension();
  }

  @Override
  public void scan(Consumer<Rows> reader) {
    int d = plan.dimension();
    int block = Rows.block(d);
    float[] buffer = new float[Math.min(block, rows()) * d];
    int[] filled = {0};
    table.scan(
        plan.first()[index],
        plan.end()[index],
        (at, rows) -> {
          for (int i = 0; i < rows.rows(); i++) {
            if (plan.of()[at + i] == index) {
              System.arraycopy(rows.features(), i * d, buffer, filled[0]++ * d, d);
              if (filled[0] == block) {
                reader.accept(new Rows(buffer, 0, block, d));
                filled[0] = 0;
              }
            }
          }
        });
    if (filled[0] > 0) {
      reader.accept(new Rows(buffer, 0, filled[0], d));
    }
  }
}
