package io.winnow.models.parity;

import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.Prediction;
import io.winnow.torch.engine.ScriptModule.Gradients;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Further losses of a network that learns its variance, without gradients: {@code out.t0.*}, all
 * timesteps 0 and no label dropped; {@code out.train.xstart.*}, where the output is taken for a
 * prediction of x₀; {@code out.nll} of {@code in.nll.*}.
 */
final class RecordedTerms {
  private static final String DROPS = "in.train.label_drop_rand";

  private RecordedTerms() {}

  /**
   * @param of makes the network with a schedule
   * @param dropout share of dropped labels
   */
  static void run(
      GoldenFile file,
      DenoiserHarness harness,
      double dropout,
      Function<NoiseSchedule, DenoiserHarness> of,
      Map<String, float[]> outputs) {
    if (!harness.config().architecture().learnsVariance()) {
      return;
    }
    if (file.has("in.nll.x", "in.nll.means", "in.nll.log_scales")) {
      outputs.put(
          "out.nll",
          harness.plain(
              "log_likelihood",
              scope ->
                  List.of(
                      harness.array(scope, file.tensor("in.nll.x")),
                      harness.array(scope, file.tensor("in.nll.means")),
                      harness.array(scope, file.tensor("in.nll.log_scales")))));
    }
    if (!file.has("in.train.x0", "in.train.t", "in.train.y", "in.train.noise")) {
      return;
    }
    if (file.has("out.t0.mse")) {
      long[] labels = file.tensor("in.train.y").longs();
      terms(file, harness, new long[labels.length], labels, "out.t0.", outputs);
    }
    if (file.has("out.train.xstart.mse")) {
      long[] labels = harness.droppedLabels(file, DROPS, dropout);
      try (DenoiserHarness ofX0 = of.apply(harness.schedule().with(Prediction.X0))) {
        long[] t = file.tensor("in.train.t").longs();
        terms(file, ofX0, t, labels, "out.train.xstart.", outputs);
      }
    }
  }

  private static void terms(
      GoldenFile file,
      DenoiserHarness harness,
      long[] t,
      long[] labels,
      String name,
      Map<String, float[]> outputs) {
    float[][] found =
        harness.call(
            "terms",
            Gradients.NONE,
            scope ->
                List.of(
                    harness.array(scope, file.tensor("in.train.x0")),
                    scope.create(t),
                    harness.array(scope, file.tensor("in.train.noise")),
                    scope.create(labels)));
    float[] loss = new float[labels.length];
    for (int i = 0; i < loss.length; i++) {
      loss[i] = found[0][i] + found[1][i];
    }
    outputs.put(name + "mse", found[0]);
    outputs.put(name + "vb", found[1]);
    outputs.put(name + "loss", loss);
  }
}
