package io.winnow.selection.card;

import io.winnow.selection.SelectionParameters;
import java.util.List;

/**
 * A coreset in figures; the object {@code card.json}.
 *
 * @param selection how it was selected
 * @param measures how the figures below were taken
 * @param all the whole split; recall and coverage are the classes' means, weighted by their rows
 * @param classes by label
 */
public record CoresetCard(
    SelectionParameters selection, Measures measures, Group all, List<Group> classes) {

  /**
   * How recall and coverage were taken.
   *
   * @param recallNeighbour which nearest kept neighbour a kept row's radius reaches to
   * @param coverageNeighbour which nearest neighbour a row's radius reaches to
   * @param mostRows of a class with more rows, so many are drawn and measured
   * @param draw the draw's name
   * @param seed the draw's seed: not the run's, since equal coresets have equal cards
   */
  public record Measures(
      int recallNeighbour, int coverageNeighbour, int mostRows, String draw, long seed) {}

  /**
   * A class, or all rows.
   *
   * @param name null for all rows
   * @param count rows in the split
   * @param kept rows in the coreset
   * @param pruned rows left out
   * @param scores kept and pruned rows by score
   * @param measured rows that recall and coverage rest on
   * @param recall see {@link Likeness#recall}; in feature space, among rows of one class; null
   *     without rows
   * @param coverage see {@link Likeness#coverage}; likewise
   * @param variance the kept rows' total variance in feature space by that of all rows; null where
   *     all rows are equal
   */
  public record Group(
      String name,
      long count,
      long kept,
      long pruned,
      Histogram scores,
      long measured,
      Double recall,
      Double coverage,
      Double variance) {}
}
