package io.winnow.reweighting;

import io.winnow.contracts.spec.ReweightSpec;
import java.util.List;
import java.util.Map;

/**
 * The object {@code weights.json} of {@code weights/<digest>}. What a method does not have is left
 * out: all but the first three for {@code uniform}.
 *
 * @param method how they came about
 * @param classes names, by label
 * @param weights class weights, mean 1, max/min at most {@code cap}; by label
 * @param rows rows of each class in the coreset; of {@code inverse-frequency} only
 * @param mean the weights before the cap, sum 1: the mean of w over updates (of {@code loss-ratio}
 *     in proportion to that of λ)
 * @param lambda λ of the last update
 * @param trajectory w and λ over at most 200 updates; all are in {@code trajectory.safetensors}
 * @param updates updates of w
 * @param images images the proxy was trained on, with repetition
 * @param eta η and how it came about
 * @param averageFrom share of the updates that the mean leaves out
 * @param coreset digest of the coreset
 * @param reference digest of the reference model
 * @param proxy sha-256 of the proxy's weights after the last step
 * @param seeds every seed used, by name
 */
public record WeightsFile(
    ReweightSpec.Method method,
    List<String> classes,
    double[] weights,
    long[] rows,
    double[] mean,
    double[] lambda,
    Trajectory.Curve trajectory,
    long updates,
    long images,
    StepSize.Eta eta,
    Double smoothing,
    Double cap,
    Double averageFrom,
    String coreset,
    String reference,
    String proxy,
    Map<String, Long> seeds) {

  public static final String NAME = "weights.json";

  /** All alike. */
  public static WeightsFile uniform(List<String> classes) {
    return new WeightsFile(
        ReweightSpec.Method.UNIFORM,
        classes,
        FinalWeights.uniform(classes.size()),
        null,
        null,
        null,
        null,
        0,
        0,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Map.of());
  }

  /**
   * In proportion to 1/n_c.
   *
   * @param rows n_c
   */
  public static WeightsFile inverseFrequency(
      List<String> classes, long[] rows, double cap, String coreset) {
    return new WeightsFile(
        ReweightSpec.Method.INVERSE_FREQUENCY,
        classes,
        FinalWeights.inverseFrequency(rows, cap),
        rows,
        null,
        null,
        null,
        0,
        0,
        null,
        null,
        cap,
        null,
        coreset,
        null,
        null,
        Map.of());
  }
}
