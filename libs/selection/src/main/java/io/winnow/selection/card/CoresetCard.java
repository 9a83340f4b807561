package io.winnow.selection.card;

import io.winnow.selection.SelectionParameters;
import java.util.List;

/**
 * The coreset card: statistics of a coreset; the object {@code card.json}.
 *
 * @param selection how it was selected
 * @param measures how recall and coverage were computed
 * @param all the whole split; recall and coverage are the means of the classes weighted by their
 *     rows
 * @param classes by label
 */
public record CoresetCard(
    SelectionParameters selection, Measures measures, Group all, List<Group> classes) {

  /**
   * How recall and coverage were computed.
   *
   * @param recallNeighbour k of the nearest kept neighbour that the radius of a kept row reaches to
   * @param coverageNeighbour k of the nearest neighbour that the radius of a row reaches to
   * @param mostRows maximum number of rows per class; larger classes are sampled
   * @param draw name of the random draw
   * @param seed of the draw; not that of the run, as equal coresets have equal cards
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
   * @param scores histogram of kept and pruned rows
   * @param measured number of rows from which recall and coverage were computed
   * @param recall see {@link RecallCoverage#recall}, among the rows of one class; null without rows
   * @param coverage see {@link RecallCoverage#coverage}, likewise
   * @param variance total variance of the kept rows in feature space divided by that of all rows;
   *     null if all rows are equal
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
