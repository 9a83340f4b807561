package io.winnow.selector;

import io.winnow.contracts.spec.SelectionSpec.Scope;
import io.winnow.storage.features.FeatureRows;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Euclidean distance of a row to the coordinate-wise median of its class (scope {@code class}) or
 * of all rows (scope {@code global}); rows of middling distance are kept. After Xia et al.,
 * Moderate Coreset, ICLR 2023.
 */
final class ModerateCriterion implements Criterion {
  private static final int BUFFER = 1 << 25;

  private final int buffer;

  ModerateCriterion() {
    this(BUFFER);
  }

  /**
   * @param buffer float32 values that may be held at a time; medians are taken of as many
   *     coordinates a pass as fit (at least one)
   */
  ModerateCriterion(int buffer) {
    this.buffer = buffer;
  }

  @Override
  public Order order() {
    return Order.MIDDLE;
  }

  @Override
  public double[] scores(FeatureTable table, Scope scope) {
    double[][] medians = medians(table, scope);
    int d = table.dimension();
    double[] scores = new double[table.rows()];
    table.scan(
        new Consumer<>() {
          private int at;

          @Override
          public void accept(FeatureRows rows) {
            for (int i = 0; i < rows.rows(); i++) {
              double[] median = medians[group(scope, rows.labels()[i])];
              double square = 0;
              for (int j = 0; j < d; j++) {
                double difference = rows.features()[i * d + j] - median[j];
                square += difference * difference;
              }
              scores[at++] = Math.sqrt(square);
            }
          }
        });
    return scores;
  }

  /**
   * The coordinate-wise median of each group, groups×d; of an even count, the middle two's mean.
   */
  private double[][] medians(FeatureTable table, Scope scope) {
    int d = table.dimension();
    int groups = scope == Scope.CLASS ? table.classes() : 1;
    int[] counts = new int[groups];
    for (int label : table.labels()) {
      counts[group(scope, label)]++;
    }
    double[][] medians = new double[groups][d];
    int width = Math.max(1, Math.min(d, buffer / Math.max(1, table.rows())));
    for (int from = 0; from < d; from += width) {
      int columns = Math.min(width, d - from);
      float[][][] values = gather(table, scope, counts, from, columns);
      for (int g = 0; g < groups; g++) {
        for (int j = 0; j < columns && counts[g] > 0; j++) {
          medians[g][from + j] = median(values[g][j]);
        }
      }
    }
    return medians;
  }

  private static float[][][] gather(
      FeatureTable table, Scope scope, int[] counts, int from, int columns) {
    float[][][] values = new float[counts.length][columns][];
    for (int g = 0; g < counts.length; g++) {
      for (int j = 0; j < columns; j++) {
        values[g][j] = new float[counts[g]];
      }
    }
    int[] filled = new int[counts.length];
    int d = table.dimension();
    table.scan(
        rows -> {
          for (int i = 0; i < rows.rows(); i++) {
            int g = group(scope, rows.labels()[i]);
            int at = filled[g]++;
            for (int j = 0; j < columns; j++) {
              values[g][j][at] = rows.features()[i * d + from + j];
            }
          }
        });
    return values;
  }

  private static double median(float[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1
        ? values[middle]
        : ((double) values[middle - 1] + values[middle]) / 2;
  }

  private static int group(Scope scope, int label) {
    return scope == Scope.CLASS ? label : 0;
  }
}
