package io.winnow.experiments;

import io.winnow.contracts.Json;
import io.winnow.contracts.spec.RunSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much of an experiment is done.
 *
 * @param share of the images that models see, in (0, 1]
 * @param samples most samples drawn of a final model; where this is a limit, a curve has five
 *     points of a quarter of that
 * @param seeds how many of the seeds
 * @param arms how many of the arms, the baseline among them
 */
record Size(double share, int samples, int seeds, int arms) {
  // everything rests on the surrogate's features
  private static final double LEAST_SURROGATE = 1 / 3.0;
  // where samples are scarce, most of them go to the final model
  private static final int CURVE_PART = 4;
  private static final int LEAST_CURVE = 100;
  private static final int CURVE_POINTS = 5;

  /** All of it. */
  static Size whole(ExperimentSpec spec) {
    return new Size(1, Integer.MAX_VALUE, spec.seeds().size(), spec.arms().size());
  }

  /** A run with its amounts made as small as this. */
  RunSpec of(RunSpec run) {
    if (share == 1 && samples >= run.sampling().images()) {
      return run;
    }
    boolean scarce = samples < run.sampling().images();
    long images = part(run.training().images(), share);
    Map<String, Object> training = new LinkedHashMap<>();
    training.put("images", images);
    training.put("warmupImages", part(run.training().warmupImages(), share));
    if (run.training().snapshotImages() > 0) {
      long every = part(run.training().snapshotImages(), share);
      training.put("snapshotImages", scarce ? Math.max(every, images / CURVE_POINTS) : every);
    }
    Map<String, Object> reweight = new LinkedHashMap<>();
    reweight.put("proxyImages", part(run.reweight().proxyImages(), share));
    reweight.put("referenceImages", part(run.reweight().referenceImages(), share));
    Map<String, Object> surrogate = new LinkedHashMap<>();
    surrogate.put("images", part(run.surrogate().images(), Math.max(LEAST_SURROGATE, share)));
    Map<String, Object> sampling = new LinkedHashMap<>();
    sampling.put("images", Math.min(samples, run.sampling().images()));
    int curve = scarce ? Math.max(LEAST_CURVE, samples / CURVE_PART) : samples;
    sampling.put("curveImages", Math.min(curve, run.sampling().curveImages()));
    Map<String, Object> patch = new LinkedHashMap<>();
    patch.put("training", training);
    patch.put("reweight", reweight);
    patch.put("surrogate", surrogate);
    patch.put("sampling", sampling);
    @SuppressWarnings("unchecked")
    Map<String, Object> whole = Json.parse(Json.bytes(run), Map.class, "a run");
    return RunSpec.parse(Json.bytes(Merge.of(whole, patch)), "a run made smaller");
  }

  private static long part(long amount, double share) {
    return amount == 0 ? 0 : Math.max(1, Math.round(amount * share));
  }
}
