package io.winnow.selection;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.artifacts.features.FeatureStatistics;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Labelled feature rows that can be gone over more than once, in row order, without being held all
 * at a time. Labels are in {@code [0, classes)}.
 */
public interface FeatureTable {
  /** d, features a row. */
  int dimension();

  int classes();

  /** N, rows in all. */
  int rows();

  /** Count, mean and covariance of the rows, per class and over all. */
  FeatureStatistics statistics();

  /** The label of every row; length N. */
  int[] labels();

  /** Hands every row to {@code reader}, some rows at a time, in order. */
  void scan(Consumer<FeatureRows> reader);

  /**
   * Hands rows to {@code reader} as {@link #scan} does; batches without any row of a range may be
   * left out.
   *
   * @param from the first row wanted
   * @param to after the last
   */
  default void scan(int from, int to, RangeReader reader) {
    int[] at = {0};
    scan(
        rows -> {
          reader.accept(at[0], rows);
          at[0] += rows.rows();
        });
  }

  /** Is told of rows and where they are. */
  interface RangeReader {
    /**
     * @param first the row of the table that comes first in {@code rows}
     */
    void accept(int first, FeatureRows rows);
  }

  /** Says, before the first pass, what memory and passes the work will take. */
  default void planned(String need) {}

  /** Says, between passes, that work goes on. */
  default void alive() {}

  /** A table over arrays in memory; {@code batches} have one dimension and follow each other. */
  static FeatureTable of(int classes, FeatureRows... batches) {
    List<FeatureRows> all = List.of(batches);
    int dimension = all.get(0).dimension();
    FeatureStatistics statistics = new FeatureStatistics(classes, dimension);
    all.forEach(b -> statistics.add(b.features(), b.labels()));
    int[] labels = all.stream().flatMapToInt(b -> Arrays.stream(b.labels())).toArray();
    return new FeatureTable() {
      @Override
      public int dimension() {
        return dimension;
      }

      @Override
      public int classes() {
        return classes;
      }

      @Override
      public int rows() {
        return labels.length;
      }

      @Override
      public FeatureStatistics statistics() {
        return statistics;
      }

      @Override
      public int[] labels() {
        return labels.clone();
      }

      @Override
      public void scan(Consumer<FeatureRows> reader) {
        all.forEach(reader);
      }
    };
  }
}
