package io.winnow.selection.card;

import io.winnow.artifacts.features.FeatureRows;
import io.winnow.selection.features.FeatureTable;
import io.winnow.torch.algebra.Algebra;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The {@link RecallCoverage} of every class. Holds the features of as many classes as fit at a
 * time, and reads the table once for each such lot.
 */
final class ClassRecallCoverage {
  /** Maximum number of rows measured per class. */
  static final int MOST_ROWS = 5_000;

  /** Number of float32 features held at a time. */
  static final int BUFFER = 1 << 24;

  private final FeatureTable table;
  private final boolean[] kept;
  private final int buffer;
  private final Algebra algebra;
  private final Runnable heartbeat;

  /**
   * @param kept one per row of the table
   * @param buffer number of features held at a time, or those of one class if they are more
   * @param heartbeat called regularly
   */
  ClassRecallCoverage(
      FeatureTable table, boolean[] kept, int buffer, Algebra algebra, Runnable heartbeat) {
    this.table = table;
    this.kept = kept;
    this.buffer = buffer;
    this.algebra = algebra;
    this.heartbeat = heartbeat;
  }

  /** Number of rows of a class that fit, at most {@link #MOST_ROWS}. */
  static int mostRows(int dimension) {
    return Math.max(1, Math.min(MOST_ROWS, BUFFER / dimension));
  }

  /**
   * @param measured by class: the rows to measure, ascending
   * @return by class; null for a class without rows
   */
  RecallCoverage[] of(int[][] measured) {
    RecallCoverage[] result = new RecallCoverage[measured.length];
    for (int from = 0; from < measured.length; ) {
      int to = endOfLot(measured, from);
      float[][] features = gather(measured, from, to);
      for (int c = from; c < to; c++) {
        if (measured[c].length > 0) {
          boolean[] isKept = new boolean[measured[c].length];
          for (int i = 0; i < isKept.length; i++) {
            isKept[i] = kept[measured[c][i]];
          }
          result[c] = RecallCoverage.of(algebra, features[c], table.dimension(), isKept, heartbeat);
        }
      }
      from = to;
    }
    return result;
  }

  private int endOfLot(int[][] measured, int from) {
    long held = (long) measured[from].length * table.dimension();
    int to = from + 1;
    while (to < measured.length) {
      held += (long) measured[to].length * table.dimension();
      if (held > buffer) {
        break;
      }
      to++;
    }
    return to;
  }

  private float[][] gather(int[][] measured, int from, int to) {
    int d = table.dimension();
    float[][] features = new float[measured.length][];
    for (int c = from; c < to; c++) {
      features[c] = new float[measured[c].length * d];
    }
    if (Arrays.stream(measured, from, to).allMatch(rows -> rows.length == 0)) {
      return features;
    }
    int[] filled = new int[measured.length];
    table.scan(
        new Consumer<>() {
          private int at;

          @Override
          public void accept(FeatureRows rows) {
            for (int i = 0; i < rows.rows(); i++, at++) {
              int c = rows.labels()[i];
              if (c >= from
                  && c < to
                  && filled[c] < measured[c].length
                  && measured[c][filled[c]] == at) {
                System.arraycopy(rows.features(), i * d, features[c], filled[c]++ * d, d);
              }
            }
          }
        });
    return features;
  }
}
