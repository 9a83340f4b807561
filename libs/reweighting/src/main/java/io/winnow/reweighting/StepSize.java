package io.winnow.reweighting;

import io.winnow.artifacts.ClassWeights;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * η of the multiplicative update: given, or derived so that weights move and do not collapse
 * whatever the scale of the losses. DoReMi's η = 1 is for cross entropies in nats; excess losses of
 * ε are about 10⁻², and a few hundred updates of them hardly move a weight.
 *
 * <p>T updates at a steady λ with step η bring the weights of two classes apart by ln(w_a / w_b) =
 * η T (λ_a − λ_b). So of U updates in all the first P = ⌊U/5⌋ only measure, with η = 0: λ̄ is the
 * mean of λ over the second half of them (in the first the proxy knows nothing yet, and lags in
 * every class alike), δ = max λ̄ − min λ̄, at least 10⁻³, below which differences of ε-losses are
 * noise. From then on
 *
 * <pre>
 * η = ln 10 / ((U − P) max(δ, 10⁻³))
 * </pre>
 *
 * so that differences that stay what they were bring the greatest weight to ten times the least by
 * the last update; where they grow after the measuring, weights go further, and the cap bounds the
 * result. With fewer than five updates there is nothing to measure, and η is 1. Nothing here but λ
 * decides, and the sums are part of the state, so a resumed job has the same η bit for bit.
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
   * @param updates U, those of the whole job
   * @param classes k
   */
  StepSize(Double given, long updates, int classes) {
    this.given = given;
    this.all = updates;
    this.measureTo = given == null ? updates / MEASURED_PART : 0;
    this.sums = new double[classes];
  }

  /** η of the next update, which has seen this λ. */
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

  /** η as it stands, and how it came about. */
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
