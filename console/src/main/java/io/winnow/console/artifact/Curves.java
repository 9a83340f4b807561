package io.winnow.console.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Curves of a run's trainings; null where there is nothing to show.
 *
 * @param loss mean loss over images seen: pairs, ascending, thinned out by means
 * @param weights class weights over updates
 */
public record Curves(List<double[]> loss, Weights weights) {

  /**
   * @param classes names, by label
   * @param updates of the weights, ascending
   * @param weights one row per update and one column per class, with sum 1
   * @param last the weights that the model is trained with, mean 1
   */
  public record Weights(
      List<String> classes, JsonNode updates, JsonNode weights, List<Double> last) {}
}
