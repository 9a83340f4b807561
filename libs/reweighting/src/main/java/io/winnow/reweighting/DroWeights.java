package io.winnow.reweighting;

import io.winnow.artifacts.ClassWeights;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.ReweightSpec.Method;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Class weights that follow the losses of a proxy, by one of the {@link Method}s that train one;
 * the equations stand there. k classes, w uniform at first, float64 throughout.
 */
public final class DroWeights {
  /**
   * @param method one that trains a proxy
   * @param classes k, at least 1
   * @param updates U, all that there will be, at least 1
   * @param eta η, at least 0, or null to have it derived (see {@link StepSize}); {@code loss-ratio}
   *     has none
   * @param smoothing s in [0, 1]
   * @param averageFrom share of the updates in [0, 1) that is over before the mean begins
   */
  public record Settings(
      Method method, int classes, long updates, Double eta, double smoothing, double averageFrom) {
    /** The first update, from 0, that the mean counts; at least one is counted. */
    long averagedFrom() {
      return Math.min(updates - 1, (long) Math.floor(averageFrom * updates));
    }
  }

  private final Settings settings;
  private final ClassLag lag;
  private final StepSize step;
  // logarithms, so that no weight is lost to underflow when s = 0
  private final double[] log;
  // over the updates that count: of w, or of λ where weights are in proportion to that
  private final double[] sum;
  private long updates;

  public DroWeights(Settings settings) {
    int classes = settings.classes();
    this.settings = settings;
    this.lag = new ClassLag(settings.method(), classes);
    this.step = new StepSize(settings.eta(), settings.updates(), classes);
    this.log = new double[classes];
    Arrays.fill(log, -Math.log(classes));
    this.sum = new double[classes];
  }

  /**
   * One update from a batch of B samples.
   *
   * @param proxy the proxy's loss of each sample, length B
   * @param reference the reference's loss of each sample at the same timestep and noise, length B;
   *     null where the method has none
   * @param labels each sample's class in [0, k), length B
   * @throws InvalidInputException a loss that is not a finite number
   */
  public void update(float[] proxy, float[] reference, int[] labels) {
    lag.update(proxy, reference, labels, updates);
    boolean counts = updates >= settings.averagedFrom();
    if (settings.method() == Method.LOSS_RATIO) {
      if (counts) {
        add(lag.values());
        double[] mean = inProportion();
        Arrays.setAll(log, c -> Math.log(mean[c]));
      }
    } else {
      multiply(lag.values());
      if (counts) {
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

  private double[] inProportion() {
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

  /** w, all positive or zero, with sum 1; length k. */
  public double[] weights() {
    return Arrays.stream(log).map(Math::exp).toArray();
  }

  /**
   * The weight of each sample of a batch in the proxy's training, relative to the batch's greatest,
   * so that a batch of classes whose weights are next to nothing still has finite weights.
   *
   * @param labels length B
   * @return in [0, 1] with maximum 1; length B
   */
  public float[] ofSamples(int[] labels) {
    float[] weights = new float[labels.length];
    if (settings.method() == Method.LOSS_RATIO) {
      Arrays.fill(weights, 1);
      return weights;
    }
    double greatest = Arrays.stream(labels).mapToDouble(label -> log[label]).max().orElse(0);
    for (int i = 0; i < labels.length; i++) {
      weights[i] = (float) Math.exp(log[labels[i]] - greatest);
    }
    return weights;
  }

  /** λ, what was last seen of each class; length k. */
  public double[] lambda() {
    return lag.values();
  }

  public long updates() {
    return updates;
  }

  /** η as it stands; null where the method has none. */
  public ClassWeights.Eta eta() {
    return settings.method() == Method.LOSS_RATIO ? null : step.eta();
  }

  /**
   * The result: the mean of w over the updates that count, or the weights in proportion to the mean
   * of λ over them; uniform before the first. Sum 1, length k.
   */
  public double[] mean() {
    long counted = updates - settings.averagedFrom();
    if (counted <= 0 || settings.method() == Method.LOSS_RATIO) {
      return weights();
    }
    return Arrays.stream(sum).map(total -> total / counted).toArray();
  }

  /** Everything needed to go on from here, bit for bit. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("log", Tensor.of(log, log.length));
    state.put("lambda", lag.state());
    state.put("sum", Tensor.of(sum, sum.length));
    state.put("updates", Tensor.of(new long[] {updates}, 1));
    step.state().forEach((name, tensor) -> state.put("eta." + name, tensor));
    return state;
  }

  /** Takes over what {@link #state} gave, under equal settings. */
  public void restore(Map<String, Tensor> state) {
    copy(state.get("log"), log);
    lag.restore(state.get("lambda"));
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
