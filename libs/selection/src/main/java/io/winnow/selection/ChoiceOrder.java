package io.winnow.selection;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The order in which rows are chosen one after another, as scores: 0 for the first, −1 for the
 * second and so on, so that the highest scores are the first choices whatever their number.
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
   * Puts the rows that are left behind those chosen.
   *
   * @param keys one a row, the lowest first; of equal ones the lower row
   * @return one score a row
   */
  double[] withTheRestBy(double[] keys) {
    IntStream.range(0, scores.length)
        .filter(row -> !chosen[row])
        .boxed()
        .sorted(Comparator.comparingDouble(row -> keys[row] + 0.0))
        .mapToInt(Integer::intValue)
        .forEachOrdered(this::choose);
    return scores;
  }
}
