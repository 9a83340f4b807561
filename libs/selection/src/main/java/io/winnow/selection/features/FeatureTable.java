package io.winnow.selection.features;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.contracts.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Labelled feature rows that can be read several times, in row order, without holding all of them
 * in memory. Labels are in {@code [0, classes)}.
 */
public interface FeatureTable {
  /** d, features a row. */
  int dimension();

  int classes();

  /** N, rows in all. */
  int rows();

  /** The label of every row; length N. */
  int[] labels();

  /** Passes every row to {@code reader}, in order, in batches. */
  void scan(Consumer<FeatureRows> reader);

  /**
   * Passes a range of rows to {@code reader}, as {@link #scan} does. Batches may contain rows
   * outside the range; batches without a row of the range may be skipped.
   *
   * @param from the first row of the range
   * @param to the row after the last
   */
  default void scan(int from, int to, RangeReader reader) {
    int[] at = {0};
    scan(
        rows -> {
          reader.accept(at[0], rows);
          at[0] += rows.rows();
        });
  }

  /** Receives batches of rows with their position. */
  interface RangeReader {
    /**
     * @param first position in the table of the first row of {@code rows}
     */
    void accept(int first, FeatureRows rows);
  }

  /** Reports, before the first pass, how much memory and how many passes the work takes. */
  default void planned(String need) {}

  /** Reports, between passes, that the work is making progress. */
  default void alive() {}

  /**
   * A table over arrays in memory.
   *
   * @param batches of one dimension, in row order
   * @throws InvalidInputException a feature is not finite
   */
  static FeatureTable of(int classes, FeatureRows... batches) {
    List<FeatureRows> all = List.of(batches);
    all.forEach(FeatureRows::requireFinite);
    int dimension = all.get(0).dimension();
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
