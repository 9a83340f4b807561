package io.winnow.reweight;

import io.winnow.contracts.InvalidInputException;
import io.winnow.storage.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Class weights by group distributionally robust optimisation over a reference model: classes in
 * which the proxy lags behind the reference weigh more. The update is DoReMi's (Xie et al., arXiv
 * 2305.10429, algorithm 1) with classes for domains, as in Li et al., arXiv 2409.19128:
 *
 * <pre>
 * λ_c ← mean over the batch's samples of class c of max(ℓ_proxy − ℓ_ref, 0); unchanged when c is absent
 * ln w ← ln w + η λ;  w ← softmax(ln w);  w ← (1 − s) w + s / k
 * </pre>
 *
 * k classes, w uniform at first, float64 throughout. The result is the mean of w over updates.
 */
public final class ClassWeights {
  private final double eta;
  private final double smoothing;
  // logarithms, so that no weight is lost to underflow when s = 0
  private final double[] log;
  private final double[] lambda;
  private final double[] sum;
  private long updates;

  /**
   * @param classes k, at least 1
   * @param eta η, at least 0
   * @param smoothing s in [0, 1]
   */
  public ClassWeights(int classes, double eta, double smoothing) {
    this.eta = eta;
    this.smoothing = smoothing;
    this.log = new double[classes];
    Arrays.fill(log, -Math.log(classes));
    this.lambda = new double[classes];
    this.sum = new double[classes];
  }

  /**
   * One update from a batch of B samples.
   *
   * @param proxy the proxy's loss of each sample, length B
   * @param reference the reference's loss of each sample at the same timestep and noise, length B
   * @param labels each sample's class in [0, k), length B
   * @throws InvalidInputException a loss that is not a finite number
   */
  public void update(float[] proxy, float[] reference, int[] labels) {
    excess(proxy, reference, labels);
    for (int c = 0; c < log.length; c++) {
      log[c] += eta * lambda[c];
    }
    double normaliser = logSumExp(log);
    for (int c = 0; c < log.length; c++) {
      log[c] -= normaliser;
      if (smoothing > 0) {
        log[c] = Math.log((1 - smoothing) * Math.exp(log[c]) + smoothing / log.length);
      }
      sum[c] += Math.exp(log[c]);
    }
    updates++;
  }

  /** w, all positive or zero, with sum 1; length k. */
  public double[] weights() {
    return Arrays.stream(log).map(Math::exp).toArray();
  }

  /**
   * The weight of each sample of a batch relative to the batch's greatest, so that a batch of
   * classes whose weights are next to nothing still has finite weights.
   *
   * @param labels length B
   * @return in [0, 1] with maximum 1; length B
   */
  public float[] ofSamples(int[] labels) {
    double greatest = Arrays.stream(labels).mapToDouble(label -> log[label]).max().orElse(0);
    float[] weights = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      weights[i] = (float) Math.exp(log[labels[i]] - greatest);
    }
    return weights;
  }

  /** λ, the excess loss last seen of each class; length k. */
  public double[] lambda() {
    return lambda.clone();
  }

  public long updates() {
    return updates;
  }

  /** The mean of w over all updates, uniform before the first; sum 1, length k. */
  public double[] mean() {
    return updates == 0 ? weights() : Arrays.stream(sum).map(total -> total / updates).toArray();
  }

  /**
   * Weights with mean 1 and max/min at most {@code cap}: whatever lies below max/cap is raised to
   * it, the others keep their proportions to each other.
   *
   * @param weights at least 0, not all 0; length k
   * @param cap at least 1; 1 makes all alike
   */
  public static double[] capped(double[] weights, double cap) {
    double floor = Arrays.stream(weights).max().orElseThrow() / cap;
    double[] raised = Arrays.stream(weights).map(w -> Math.max(w, floor)).toArray();
    double mean = Arrays.stream(raised).sum() / raised.length;
    return Arrays.stream(raised).map(w -> w / mean).toArray();
  }

  /** Everything needed to go on from here, bit for bit. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("log", Tensor.of(log, log.length));
    state.put("lambda", Tensor.of(lambda, lambda.length));
    state.put("sum", Tensor.of(sum, sum.length));
    state.put("updates", Tensor.of(new long[] {updates}, 1));
    return state;
  }

  /** Takes over what {@link #state} gave, of as many classes. */
  public void restore(Map<String, Tensor> state) {
    copy(state.get("log"), log);
    copy(state.get("lambda"), lambda);
    copy(state.get("sum"), sum);
    updates = state.get("updates").longs()[0];
  }

  private void excess(float[] proxy, float[] reference, int[] labels) {
    double[] total = new double[log.length];
    int[] count = new int[log.length];
    for (int i = 0; i < labels.length; i++) {
      requireFinite(proxy[i], "proxy", labels[i], "lower \"reweight.learningRate\"");
      requireFinite(reference[i], "reference", labels[i], "use another reference model");
      total[labels[i]] += Math.max((double) proxy[i] - reference[i], 0);
      count[labels[i]]++;
    }
    for (int c = 0; c < lambda.length; c++) {
      if (count[c] > 0) {
        lambda[c] = total[c] / count[c];
      }
    }
  }

  private void requireFinite(float loss, String model, int label, String remedy) {
    if (!Float.isFinite(loss)) {
      throw new InvalidInputException(
          "after "
              + updates
              + " updates the "
              + model
              + "'s loss of an image of class "
              + label
              + " is "
              + loss,
          remedy);
    }
  }

  private static double logSumExp(double[] values) {
    double max = Arrays.stream(values).max().orElseThrow();
    return max + Math.log(Arrays.stream(values).map(v -> Math.exp(v - max)).sum());
  }

  private static void copy(Tensor from, double[] to) {
    double[] values = from.doubles();
    if (values.length != to.length) {
      throw new IllegalArgumentException(
          "state of " + values.length + " classes given to weights of " + to.length);
    }
    System.arraycopy(values, 0, to, 0, to.length);
  }
}
