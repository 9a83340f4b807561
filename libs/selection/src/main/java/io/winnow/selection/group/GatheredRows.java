package io.winnow.selection.group;

import io.winnow.torch.algebra.Rows;
import java.util.function.Consumer;

/** Rows that are held in memory. */
record GatheredRows(Group group) implements BlockedRows {
  @Override
  public long room() {
    return 0;
  }

  @Override
  public int index() {
    return group.index();
  }

  @Override
  public int rows() {
    return group.rows();
  }

  @Override
  public int dimension() {
    return group.dimension();
  }

  @Override
  public void scan(Consumer<Rows> reader) {
    int block = Rows.block(group.dimension());
    for (int first = 0; first < rows(); first += block) {
      int count = Math.min(block, rows() - first);
      reader.accept(new Rows(group.features(), first, count, group.dimension()));
    }
  }
}
