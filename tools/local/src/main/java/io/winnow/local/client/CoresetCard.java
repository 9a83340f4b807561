package io.winnow.local.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * The parts of a coreset card that reports show.
 *
 * @param all the whole train split
 * @param classes one entry per class, in label order
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CoresetCard(Figures all, List<Figures> classes) {

  /**
   * How well the kept rows represent all rows of a class, or of the train split, in the surrogate's
   * feature space.
   *
   * @param name of the class; null for the split
   * @param count number of rows
   * @param kept number of rows in the coreset
   * @param recall share of all rows within the neighbourhood of a kept row, in [0, 1]; null if
   *     there are no rows
   * @param coverage share of all rows with a kept row in their neighbourhood, in [0, 1]; null if
   *     there are no rows
   * @param variance total variance of the kept rows divided by that of all rows; null if all rows
   *     are equal
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Figures(
      String name, Long count, Long kept, Double recall, Double coverage, Double variance) {}
}
