package io.winnow.reweighting;

import io.winnow.artifacts.ClassWeights;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Class weights that follow the losses of a proxy model by a {@link ProxyMethod}, which has the
 * equations. k classes, w is uniform initially, float64 throughout. For one thread.
 */
public final class DroWeights {
  /**
   * @param method how λ follows from losses, and w from λ
   * @param classes k, at least 1
   * @param updates U, the total number of updates, at least 1
   * @param eta η, at least 0, or null to derive it (see {@link StepSize}); unused without feedback
   * @param smoothing s in [0, 1]
   * @param averageFrom share of the updates, in [0, 1), after which the mean begins
   */
  public record Settings(
      ProxyMethod method,
      int classes,
      long updates,
      Double eta,
      double smoothing,
      double averageFrom) {
    /** The first update, from 0, that enters the mean; at least one does. */
    long averagedFrom() {
      return Math.min(updates - 1, (long) Math.floor(averageFrom * updates));
    }
  }

  private final Settings settings;
  private final ClassExcessLoss excess;
  private final StepSize step;
  // ln w, so that no weight underflows when s = 0
  private final double[] log;
  // sum over the updates that enter the mean: of w, or of λ without feedback
  private final double[] sum;
  private long updates;

  public DroWeights(Settings settings) {
    int classes = settings.classes();
    this.settings = settings;
    this.excess = new ClassExcessLoss(settings.method(), classes);
    this.step = new StepSize(settings.eta(), settings.updates(), classes);
    this.log = new double[classes];
    Arrays.fill(log, -Math.log(classes));
    this.sum = new double[classes];
  }

  /**
   * Updates the weights from a batch of B samples.
   *
   * @param proxy loss of each sample under the proxy, length B
   * @param reference loss of each sample under the reference at the same timestep and noise, length
   *     B; null without a reference
   * @param labels class of each sample in [0, k), length B
   * @throws InvalidInputException a loss is not finite
   */
  public void update(float[] proxy, float[] reference, int[] labels) {
    excess.update(proxy, reference, labels, updates);
    boolean averaged = updates >= settings.averagedFrom();
    if (!settings.method().feedback()) {
      if (averaged) {
        add(excess.values());
        double[] mean = proportional();
        Arrays.setAll(log, c -> Math.log(mean[c]));
      }
    } else {
      multiply(excess.values());
      if (averaged) {
        add(weights());
      }
    }
    updates++;
  }

  private void multiply(double[] lambda) {
    double eta = step.next(lambda);
    for (int c = 0; c < log.length; c++) {
      log[c] += eta * lambda[c];
    }
    double normaliser = logSumExp(log);
    for (int c = 0; c < log.length; c++) {
      log[c] -= normaliser;
      if (settings.smoothing() > 0) {
        log[c] = Math.log(smoothed(Math.exp(log[c])));
      }
    }
  }

  private double[] proportional() {
    double total = Arrays.stream(sum).sum();
    return Arrays.stream(sum).map(s -> smoothed(s / total)).toArray();
  }

  private double smoothed(double w) {
    return (1 - settings.smoothing()) * w + settings.smoothing() / log.length;
  }

  private void add(double[] values) {
    for (int c = 0; c < sum.length; c++) {
      sum[c] += values[c];
    }
  }

  /** w, at least 0 with sum 1; length k. */
  public double[] weights() {
    return Arrays.stream(log).map(Math::exp).toArray();
  }

  /**
   * The weight of each sample of a batch in the training of the proxy, relative to the greatest of
   * the batch, so that a batch of classes with tiny weights still has finite weights.
   *
   * @param labels length B
   * @return in [0, 1] with maximum 1; length B
   */
  public float[] ofSamples(int[] labels) {
    float[] weights = new float[labels.length];
    if (!settings.method().feedback()) {
      Arrays.fill(weights, 1);
      return weights;
    }
    double greatest = Arrays.stream(labels).mapToDouble(label -> log[label]).max().orElse(0);
    for (int i = 0; i < labels.length; i++) {
      weights[i] = (float) Math.exp(log[labels[i]] - greatest);
    }
    return weights;
  }

  /** λ by class; length k. */
  public double[] lambda() {
    return excess.values();
  }

  public long updates() {
    return updates;
  }

  /** The current η; null without feedback. */
  public ClassWeights.Eta eta() {
    return settings.method().feedback() ? step.eta() : null;
  }

  /**
   * The result: the mean of w over the averaged updates, or without feedback the weights
   * proportional to the mean of λ over them; uniform before the first. Sum 1, length k.
   */
  public double[] mean() {
    long counted = updates - settings.averagedFrom();
    if (counted <= 0 || !settings.method().feedback()) {
      return weights();
    }
    return Arrays.stream(sum).map(total -> total / counted).toArray();
  }

  /** The complete state; restoring it continues bit for bit. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("log", Tensor.of(log, log.length));
    state.put("lambda", excess.state());
    state.put("sum", Tensor.of(sum, sum.length));
    state.put("updates", Tensor.of(new long[] {updates}, 1));
    step.state().forEach((name, tensor) -> state.put("eta." + name, tensor));
    return state;
  }

  /** Restores a {@link #state} of equal settings. */
  public void restore(Map<String, Tensor> state) {
    copy(state.get("log"), log);
    excess.restore(state.get("lambda"));
    copy(state.get("sum"), sum);
    updates = state.get("updates").longs()[0];
    step.restore(Map.of("sums", state.get("eta.sums"), "updates", state.get("eta.updates")));
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
