package io.winnow.reweighting;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The object {@code weights.json} of {@code weights/<digest>}. Values that a method does not have
 * are null and omitted: all but the first three for {@code uniform}.
 *
 * @param method name of the weighting method
 * @param classes names, by label
 * @param weights class weights, mean 1, max/min at most {@code cap}; by label
 * @param rows number of rows of each class in the coreset, if the method uses them
 * @param mean the weights before the cap, sum 1; see {@link DroWeights#mean}
 * @param lambda λ of the last update
 * @param trajectory w and λ at up to 200 updates; all are in {@code trajectory.safetensors}
 * @param updates number of updates of w
 * @param images number of training images of the proxy, with repetition
 * @param eta η, and where it comes from
 * @param averageFrom share of the updates before the mean begins
 * @param coreset digest of the coreset
 * @param reference digest of the reference model
 * @param proxy sha-256 of the proxy's weights after the last step
 * @param seeds every seed used, by name
 */
public record WeightsFile(
    String method,
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

  /**
   * Weights of a method without a model.
   *
   * @param classes names, by label
   * @param coreset its rows per class and its digest; null if the method does not use it
   */
  public static WeightsFile fixed(
      FixedMethod method, List<String> classes, double cap, Coreset coreset) {
    boolean used = method.usesCoreset();
    long[] rows = new long[classes.size()];
    Arrays.fill(rows, 1);
    return new WeightsFile(
        method.name(),
        classes,
        method.weights(used ? coreset.rows() : rows, cap),
        used ? coreset.rows() : null,
        null,
        null,
        null,
        0,
        0,
        null,
        null,
        used ? (Double) cap : null,
        null,
        used ? coreset.digest() : null,
        null,
        null,
        Map.of());
  }

  /**
   * The coreset whose classes are weighted.
   *
   * @param rows number of rows per class
   * @param digest of the coreset
   */
  public record Coreset(long[] rows, String digest) {}
}
