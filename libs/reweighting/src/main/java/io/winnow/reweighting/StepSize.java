package io.winnow.reweighting;

import io.winnow.artifacts.ClassWeights;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * η of the multiplicative update: given, or derived from the scale of the losses, so that weights
 * move but do not collapse. DoReMi's η = 1 is meant for cross entropies in nats; excess losses of ε
 * are about 10⁻², and a few hundred updates with η = 1 hardly move a weight.
 *
 * <p>T updates with constant λ and step η separate the weights of two classes by ln(w_a / w_b) = η
 * T (λ_a − λ_b). Therefore the first P = ⌊U/5⌋ of U updates only measure, with η = 0: λ̄ is the
 * mean of λ over the second half of them (in the first half the proxy is untrained and equally bad
 * in every class), and δ = max λ̄ − min λ̄, at least 10⁻³, below which differences of ε losses are
 * noise. From then on
 *
 * <pre>
 * η = ln 10 / ((U − P) max(δ, 10⁻³))
 * </pre>
 *
 * so that constant differences make the greatest weight ten times the least at the last update. If
 * differences grow afterwards, weights diverge further, and the cap bounds the result. With fewer
 * than five updates there is nothing to measure, and η is 1. η depends on λ only, and the sums are
 * part of the state, so a resumed job has the same η bit for bit.
 */
final class StepSize {
  private static final double TARGET = Math.log(10);
  private static final double LEAST_SPREAD = 1e-3;
  private static final int MEASURED_PART = 5;

  private final Double given;
  private final long all;
  private final long measureTo;
  private final double[] sums;
  private long updates;

  /**
   * @param given η at least 0, or null to derive it
   * @param updates U, the total number of updates
   * @param classes k
   */
  StepSize(Double given, long updates, int classes) {
    this.given = given;
    this.all = updates;
    this.measureTo = given == null ? updates / MEASURED_PART : 0;
    this.sums = new double[classes];
  }

  /** η of the next update, whose λ is given. */
  double next(double[] lambda) {
    double now = value();
    if (updates < measureTo && updates >= measureTo / 2) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += lambda[c];
      }
    }
    updates++;
    return now;
  }

  /** The current η, and where it comes from. */
  ClassWeights.Eta eta() {
    if (given != null) {
      return new ClassWeights.Eta(given, ClassWeights.Origin.GIVEN, null, null, null, null);
    }
    boolean measured = measureTo > 0 && updates >= measureTo;
    return measured
        ? new ClassWeights.Eta(
            value(), ClassWeights.Origin.DERIVED, TARGET, spread(), measureTo / 2, measureTo)
        : new ClassWeights.Eta(value(), ClassWeights.Origin.DERIVED, null, null, null, null);
  }

  private double value() {
    if (given != null) {
      return given;
    }
    if (measureTo == 0) {
      return 1;
    }
    return updates < measureTo
        ? 0
        : TARGET / ((all - measureTo) * Math.max(spread(), LEAST_SPREAD));
  }

  private double spread() {
    double range =
        Arrays.stream(sums).max().orElseThrow() - Arrays.stream(sums).min().orElseThrow();
    return range / (measureTo - measureTo / 2);
  }

  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("sums", Tensor.of(sums, sums.length));
    state.put("updates", Tensor.of(new long[] {updates}, 1));
    return state;
  }

  void restore(Map<String, Tensor> state) {
    System.arraycopy(state.get("sums").doubles(), 0, sums, 0, sums.length);
    updates = state.get("updates").longs()[0];
  }
}
