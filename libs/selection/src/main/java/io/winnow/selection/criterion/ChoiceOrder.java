package io.winnow.selection.criterion;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Scores that follow the order in which rows are chosen: 0 for the first, −1 for the second and so
 * on, so that the k highest scores are the first k choices.
 */
final class ChoiceOrder {
  private final double[] scores;
  private final boolean[] chosen;
  private int count;

  ChoiceOrder(int rows) {
    this.scores = new double[rows];
    this.chosen = new boolean[rows];
  }

  boolean isChosen(int row) {
    return chosen[row];
  }

  void choose(int row) {
    scores[row] = 0.0 - count++;
    chosen[row] = true;
  }

  /**
   * Appends the remaining rows.
   *
   * @param keys one per row, in ascending order; ties go to the lower row index
   * @return one score per row
   */
  double[] withRestBy(double[] keys) {
    IntStream.range(0, scores.length)
        .filter(row -> !chosen[row])
        .boxed()
        .sorted(Comparator.comparingDouble(row -> keys[row] + 0.0))
        .mapToInt(Integer::intValue)
        .forEachOrdered(this::choose);
    return scores;
  }
}
