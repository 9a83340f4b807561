package io.winnow.reweight;

import io.winnow.contracts.spec.ReweightSpec;
import java.util.List;
import java.util.Map;

/**
 * The object {@code weights.json} of {@code weights/<digest>}.
 *
 * @param method how they came about
 * @param classes names, by label
 * @param weights class weights, mean 1, max/min at most {@code cap}; by label
 * @param mean the running mean of w before the cap, sum 1; null when nothing was derived
 * @param lambda λ of the last update; null when nothing was derived
 * @param updates updates of w
 * @param images images the proxy was trained on, with repetition
 * @param eta η; null when nothing was derived, as {@code smoothing} and {@code cap}
 * @param coreset digest of the coreset
 * @param reference digest of the reference model, null when none was needed
 * @param seeds every seed used, by name
 */
record WeightsFile(
    ReweightSpec.Method method,
    List<String> classes,
    double[] weights,
    double[] mean,
    double[] lambda,
    long updates,
    long images,
    Double eta,
    Double smoothing,
    Double cap,
    String coreset,
    String reference,
    Map<String, Long> seeds) {

  static final String NAME = "weights.json";
}
