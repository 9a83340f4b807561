package io.winnow.bench;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.selection.features.FeatureTable;
import java.util.function.Consumer;

/** Measures the time spent reading a table. Not thread-safe. */
final class TimedTable implements FeatureTable {
  private final FeatureTable table;
  private long reading;
  private long rowsRead;

  TimedTable(FeatureTable table) {
    this.table = table;
  }

  /** Seconds spent reading rows, without processing them. */
  double seconds() {
    return reading / 1e9;
  }

  /** Rows read in all passes. */
  long rowsRead() {
    return rowsRead;
  }

  @Override
  public int dimension() {
    return table.dimension();
  }

  @Override
  public int classes() {
    return table.classes();
  }

  @Override
  public int rows() {
    return table.rows();
  }

  @Override
  public int[] labels() {
    long start = System.nanoTime();
    int[] labels = table.labels();
    reading += System.nanoTime() - start;
    return labels;
  }

  @Override
  public void planned(String need) {
    table.planned(need);
  }

  @Override
  public void scan(Consumer<FeatureRows> reader) {
    scan(0, rows(), (first, rows) -> reader.accept(rows));
  }

  @Override
  public void scan(int from, int to, RangeReader reader) {
    long[] start = {System.nanoTime()};
    table.scan(
        from,
        to,
        (first, rows) -> {
          reading += System.nanoTime() - start[0];
          rowsRead += rows.rows();
          reader.accept(first, rows);
          start[0] = System.nanoTime();
        });
    reading += System.nanoTime() - start[0];
  }
}
