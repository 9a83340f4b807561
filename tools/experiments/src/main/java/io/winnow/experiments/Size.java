package io.winnow.experiments;

import io.winnow.contracts.Json;
import io.winnow.contracts.spec.RunSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far an experiment is scaled down.
 *
 * @param share of the training images, in (0, 1]
 * @param samples maximum number of samples of a final model; if this is a restriction, a curve has
 *     at most five points with a quarter of the samples each
 * @param seeds number of seeds
 * @param arms number of arms, including the baseline
 */
record Size(double share, int samples, int seeds, int arms) {
  // all scores depend on the surrogate's features
  private static final double MIN_SURROGATE = 1 / 3.0;
  // with few samples, most of them go to the final model
  private static final int CURVE_PART = 4;
  private static final int MIN_CURVE_SAMPLES = 100;
  private static final int CURVE_POINTS = 5;

  /** The whole experiment. */
  static Size whole(ExperimentSpec spec) {
    return new Size(1, Integer.MAX_VALUE, spec.seeds().size(), spec.arms().size());
  }

  /** Scales the amounts of a run. */
  RunSpec of(RunSpec run) {
    if (share == 1 && samples >= run.sampling().images()) {
      return run;
    }
    boolean fewSamples = samples < run.sampling().images();
    long images = scaled(run.training().images(), share);
    Map<String, Object> training = new LinkedHashMap<>();
    training.put("images", images);
    training.put("warmupImages", scaled(run.training().warmupImages(), share));
    if (run.training().snapshotImages() > 0) {
      long every = scaled(run.training().snapshotImages(), share);
      training.put("snapshotImages", fewSamples ? Math.max(every, images / CURVE_POINTS) : every);
    }
    Map<String, Object> reweight = new LinkedHashMap<>();
    reweight.put("proxyImages", scaled(run.reweight().proxyImages(), share));
    reweight.put("referenceImages", scaled(run.reweight().referenceImages(), share));
    Map<String, Object> surrogate = new LinkedHashMap<>();
    surrogate.put("images", scaled(run.surrogate().images(), Math.max(MIN_SURROGATE, share)));
    Map<String, Object> sampling = new LinkedHashMap<>();
    sampling.put("images", Math.min(samples, run.sampling().images()));
    int curve = fewSamples ? Math.max(MIN_CURVE_SAMPLES, samples / CURVE_PART) : samples;
    sampling.put("curveImages", Math.min(curve, run.sampling().curveImages()));
    Map<String, Object> patch = new LinkedHashMap<>();
    patch.put("training", training);
    patch.put("reweight", reweight);
    patch.put("surrogate", surrogate);
    patch.put("sampling", sampling);
    @SuppressWarnings("unchecked")
    Map<String, Object> whole = Json.parse(Json.bytes(run), Map.class, "a run");
    return RunSpec.parse(Json.bytes(Merge.of(whole, patch)), "a scaled-down run");
  }

  private static long scaled(long amount, double share) {
    return amount == 0 ? 0 : Math.max(1, Math.round(amount * share));
  }
}
