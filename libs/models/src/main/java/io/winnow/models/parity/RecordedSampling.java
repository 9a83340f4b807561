package io.winnow.models.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.spec.SamplingSpec.GuidanceSchedule;
import io.winnow.contracts.spec.SamplingSpec.Sampler;
import io.winnow.contracts.spec.SamplingSpec.Spacing;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.sample.Guidance;
import io.winnow.models.sample.SamplerStep;
import io.winnow.models.sample.Samplers;
import io.winnow.models.sample.Timesteps;
import io.winnow.store.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/**
 * Guidance and sampling as a file records them: {@code out.cfg.*} of {@code in.cfg.*}, {@code
 * out.sample.*} of {@code in.sample.*} and {@code out.pmv.*} of {@code in.train.*}. In a batch with
 * guidance the second half has the null class.
 */
final class RecordedSampling {
  private static final Pattern POWER = Pattern.compile("\\.pow([0-9.]+)$");
  private static final Pattern SCALE_POW = Pattern.compile("scale_pow[ =](\\d+(?:\\.\\d+)?)");
  private static final Pattern RUN =
      Pattern.compile("out\\.sample\\.(ddpm|ddim)(?:_eta(\\d)(\\d*))?");
  private static final Pattern ETA = Pattern.compile("\\beta (\\d+(?:\\.\\d+)?)");
  private static final Pattern CLIP = Pattern.compile("clip_denoised (True|False)");

  private final DenoiserHarness harness;
  private final GoldenFile file;
  private final Guidance forward;
  private final Guidance sampling;
  private final Variance variance;
  private final Map<String, float[]> outputs;

  /** The variance of an ancestral step of a network that does not learn it. */
  enum Variance {
    /** That of q(x_{t−1} | x_t, x_0), β̃. */
    POSTERIOR,
    /** β, as in the code of improved-diffusion unless it is told otherwise. */
    LARGEST
  }

  /**
   * @param forward guidance of a single forward whose name and description say nothing else
   * @param sampling the same of sampling
   * @param variance of ancestral steps where it is not learned
   */
  RecordedSampling(
      DenoiserHarness harness,
      GoldenFile file,
      Guidance forward,
      Guidance sampling,
      Variance variance,
      Map<String, float[]> outputs) {
    this.harness = harness;
    this.file = file;
    this.forward = forward;
    this.sampling = sampling;
    this.variance = variance;
    this.outputs = outputs;
  }

  /** All that the file records. */
  void run() {
    if (file.has("in.cfg.x", "in.cfg.t", "in.cfg.y")) {
      file.described().fieldNames().forEachRemaining(this::guided);
    }
    file.described().fieldNames().forEachRemaining(this::sampled);
    if (file.has("out.pmv.mean", "in.train.x0", "in.train.t", "in.train.y", "in.train.noise")) {
      meanAndVariance();
    }
  }

  private void guided(String name) {
    Tensor t = file.tensor("in.cfg.t");
    Guidance own = guidance(name, forward);
    if (name.equals("out.cfg.none")) {
      outputs.put(name, output("in.cfg.x", t, "in.cfg.y", null));
    } else if (name.startsWith("out.cfg.forward")) {
      outputs.put(name, output("in.cfg.x", t, "in.cfg.y", scales(own, t.longs())));
    } else if (name.startsWith("out.cfg.scale_step")) {
      outputs.put(
          name, floats(Arrays.stream(t.longs()).mapToDouble(i -> own.share((int) i, length()))));
    } else if (name.startsWith("out.cfg.real_scale")) {
      outputs.put(name, floats(Arrays.stream(scales(own, t.longs()))));
    }
  }

  private Guidance guidance(String name, Guidance otherwise) {
    Matcher named = POWER.matcher(name);
    Matcher described = SCALE_POW.matcher(file.what(name));
    Matcher power = named.find() ? named : described;
    if (power == described && !described.find()) {
      return otherwise;
    }
    return new Guidance(
        otherwise.scale(), GuidanceSchedule.POWER_COSINE, Double.parseDouble(power.group(1)));
  }

  private double[] scales(Guidance own, long[] t) {
    return Arrays.stream(t).mapToDouble(i -> own.at((int) i, length())).toArray();
  }

  private int length() {
    return harness.schedule().timesteps();
  }

  private static float[] floats(DoubleStream values) {
    double[] doubles = values.toArray();
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  private float[] output(String x, Tensor t, String y, double[] scales) {
    return harness.output(file.tensor(x), t, file.tensor(y), scales);
  }

  private void sampled(String name) {
    Matcher run = RUN.matcher(name);
    if (!run.matches()) {
      return;
    }
    Sampler sampler = Sampler.valueOf(run.group(1).toUpperCase(Locale.ROOT));
    String own = "in.sample." + run.group(1) + "_";
    String inputs = file.has(own + "z") ? own : "in.sample.";
    if (file.has(inputs + "z", inputs + "y")) {
      List<SamplerStep> steps =
          Samplers.steps(
              harness.schedule(), sampler, timesteps(name, run.group(1)), eta(name, run));
      samples(name, inputs, steps);
    }
  }

  private double eta(String name, Matcher run) {
    Matcher said = ETA.matcher(file.what(name));
    if (said.find()) {
      return Double.parseDouble(said.group(1));
    }
    return run.group(2) != null
        ? Double.parseDouble(run.group(2) + "." + run.group(3) + "0")
        : file.config().path("ddim_eta").asDouble(0);
  }

  private int[] timesteps(String name, String sampler) {
    JsonNode recorded = file.scalars().path(sampler + "_timestep_map");
    int steps = Math.toIntExact(file.tensor(name).shape()[0]);
    if (recorded.isArray() && recorded.size() == steps) {
      int[] timesteps = new int[steps];
      Arrays.setAll(timesteps, i -> recorded.get(i).asInt());
      return timesteps;
    }
    Spacing spacing = sampler.equals("ddpm") ? Spacing.LINSPACE : Spacing.LEADING;
    return Timesteps.of(spacing, length(), steps);
  }

  private void samples(String name, String inputs, List<SamplerStep> steps) {
    Tensor start = file.tensor(inputs + "z");
    Tensor y = file.tensor(inputs + "y");
    int size = start.elements();
    int rows = (int) start.shape()[0];
    float[] draws =
        file.has(inputs + "noise") ? file.tensor(inputs + "noise").floats() : new float[0];
    float[] all = new float[Math.multiplyExact(steps.size(), size)];
    float[] estimates = new float[all.length];
    boolean guided = guided(name, y.longs());
    Guidance guidance = guidance(name, sampling);
    Tensor x = start;
    for (int step = 0; step < steps.size(); step++) {
      SamplerStep s = steps.get(step);
      long[] t = new long[rows];
      Arrays.fill(t, s.timestep());
      double[] scales = scales(guidance, Arrays.copyOf(t, Math.max(1, rows / 2)));
      float[] output = harness.output(x, Tensor.of(t, rows), y, guided ? scales : null);
      float[] fresh =
          draws.length >= (step + 1) * size
              ? Arrays.copyOfRange(draws, step * size, (step + 1) * size)
              : new float[size];
      double[] c = coefficients(s, scales[0], clipped(name));
      float[] estimate = step("estimate", x, output, c, null);
      System.arraycopy(estimate, 0, estimates, step * size, size);
      float[] next = step("advance", x, output, c, fresh);
      System.arraycopy(next, 0, all, step * size, size);
      x = Tensor.of(next, start.shape());
    }
    outputs.put(name, all);
    outputs.put(name + "_xstart", estimates);
  }

  private boolean guided(String name, long[] y) {
    if (file.what(name).contains("no guidance")
        || y.length % 2 != 0
        || !(harness.config().conditioning() instanceof ClassLabels classes)) {
      return false;
    }
    return Arrays.stream(y, y.length / 2, y.length).allMatch(i -> i == classes.nullClass());
  }

  private boolean clipped(String name) {
    Matcher said = CLIP.matcher(file.what(name));
    return said.find()
        ? said.group(1).equals("True")
        : harness.config().example().range().bounded();
  }

  /** A function of the sampler; noise is null for those that take none. */
  private float[] step(String function, Tensor x, float[] output, double[] c, float[] noise) {
    return harness.plain(
        function,
        scope -> {
          Shape shape = new Shape(x.shape());
          NDArray now = harness.array(scope, x);
          NDArray found = scope.create(output, outputs(shape, output.length));
          NDArray coefficients = scope.create(c);
          return noise == null
              ? List.of(now, found, coefficients)
              : List.of(now, found, coefficients, scope.create(noise, shape));
        });
  }

  private static Shape outputs(Shape x, int elements) {
    long channels = elements / (x.size() / x.get(1));
    return new Shape(x.get(0), channels, x.get(2), x.get(3));
  }

  private double[] coefficients(SamplerStep step, double scale, boolean clip) {
    double[] coefficients = step.coefficients(scale, clip);
    boolean fixed = !harness.config().architecture().learnsVariance();
    if (fixed && variance == Variance.LARGEST && step.ancestral() && step.sigma() > 0) {
      coefficients[6] = Math.exp(0.5 * step.logLargest());
    }
    return coefficients;
  }

  // p_mean_variance of the whole chain, each sample at its own timestep
  private void meanAndVariance() {
    int[] every = new int[length()];
    Arrays.setAll(every, i -> i);
    List<SamplerStep> steps = Samplers.steps(harness.schedule(), Sampler.DDPM, every, 0);
    Tensor x0 = file.tensor("in.train.x0");
    Tensor t = file.tensor("in.train.t");
    Tensor xt = Tensor.of(harness.noised(file), x0.shape());
    float[] output = harness.output(xt, t, file.tensor("in.train.y"), null);
    int rows = (int) x0.shape()[0];
    int size = x0.elements() / rows;
    float[] mean = new float[rows * size];
    float[] estimate = new float[mean.length];
    float[] logVariance = new float[mean.length];
    long[] shape = x0.shape().clone();
    shape[0] = 1;
    for (int i = 0; i < rows; i++) {
      SamplerStep step = steps.get(length() - 1 - (int) t.longs()[i]);
      double[] c = coefficients(step, 1, clipped("out.pmv.mean"));
      Tensor x = Tensor.of(row(xt.floats(), i, rows), shape);
      float[] found = row(output, i, rows);
      System.arraycopy(step("estimate", x, found, c, null), 0, estimate, i * size, size);
      System.arraycopy(step("advance", x, found, c, new float[size]), 0, mean, i * size, size);
      System.arraycopy(logVariance(x, found, step, c), 0, logVariance, i * size, size);
    }
    outputs.put("out.pmv.mean", mean);
    outputs.put("out.pmv.pred_xstart", estimate);
    outputs.put("out.pmv.log_variance", logVariance);
    float[] spread = new float[mean.length];
    for (int i = 0; i < spread.length; i++) {
      spread[i] = (float) Math.exp(logVariance[i]);
    }
    outputs.put("out.pmv.variance", spread);
  }

  private float[] logVariance(Tensor x, float[] output, SamplerStep step, double[] c) {
    if (harness.config().architecture().learnsVariance()) {
      return harness.plain(
          "log_variance",
          scope ->
              List.of(
                  scope.create(output, outputs(new Shape(x.shape()), output.length)),
                  scope.create(c)));
    }
    float[] same = new float[x.elements()];
    boolean largest = variance == Variance.LARGEST && step.sigma() > 0;
    Arrays.fill(same, (float) (largest ? step.logLargest() : step.logSmallest()));
    return same;
  }

  private static float[] row(float[] values, int row, int rows) {
    int size = values.length / rows;
    return Arrays.copyOfRange(values, row * size, (row + 1) * size);
  }
}
