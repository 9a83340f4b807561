package io.winnow.local.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * A coreset's card, as far as it is shown.
 *
 * @param all of the whole train split
 * @param classes by label
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CoresetCard(Figures all, List<Figures> classes) {

  /**
   * How well kept rows stand for all of a class, or of the train split, in the surrogate's feature
   * space.
   *
   * @param name the class's; null for the split
   * @param count rows
   * @param kept rows of them in the coreset
   * @param recall share of all rows near a kept row, in [0, 1]; null without rows
   * @param coverage share of all rows with a kept row near them, in [0, 1]; null without rows
   * @param variance the kept rows' total variance by that of all rows; null where all rows are
   *     equal
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Figures(
      String name, Long count, Long kept, Double recall, Double coverage, Double variance) {}
}
