package io.winnow.models.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.architecture.Backbone;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.architecture.KernelAssembler;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.sample.SamplerKernel;
import io.winnow.models.sample.SamplerStep;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.NoiseTable;
import io.winnow.models.train.Objective;
import io.winnow.models.train.ObjectiveKernel;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.ParameterTable;
import io.winnow.torch.optimiser.AdamSettings;
import io.winnow.torch.optimiser.OptimiserKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls the functions that a denoiser is trained and sampled with on recorded inputs, so that they
 * can be compared one by one: {@code predict}, {@code part}, {@code combine} and {@code advance}
 * are those of {@link ObjectiveKernel} and {@link SamplerKernel}.
 */
final class DenoiserHarness implements AutoCloseable {
  private static final String OUTPUT =
      """
      def output(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, flat: List[Tensor]) -> Tensor:
        return (self).predict(x, t, y, (self).parameters(flat, ), False, 0, )
      """;

  private static final String SQUARE =
      """
      # the gradients of the mean of the output's squares; 0 of what only a second pass uses
      def square(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, flat: List[Tensor]) -> List[Tensor]:
        p = (self).leaves(flat, )
        trained = (self).trained(p, )
        mean = torch.mean(torch.square((self).predict(x, t, y, p, False, 0, )))
        found = torch.autograd.grad([mean], trained, None, None, False, True)
        gradients = annotate(List[Tensor], [])
        for i in range(torch.len(found)):
          one = found[i]
          if torch.__is__(one, None):
            sure = torch.zeros_like(trained[i])
          else:
            sure = torch.contiguous(unchecked_cast(Tensor, one))
          _0 = torch.append(gradients, sure)
        return gradients
      """;

  // Both halves as the official samplers of DiT have them: the second half gets the first half's
  // guided channels and its own others.
  private static final String BOTH =
      """
      # guidance of a batch whose second half is unconditional; only the first half of x counts
      def both(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, flat: List[Tensor], guidance: Tensor) -> Tensor:
        half = torch.slice(x, 0, 0, torch.floordiv(torch.size(x, 0), 2))
        output = (self).predict(torch.cat([half, half], 0), t, y, (self).parameters(flat, ), False, 0, )
        with_condition, without, = torch.chunk(output, 2, 0)
        first = (self).combine(with_condition, without, float(guidance[0]), )
        second = torch.cat([torch.slice(first, 1, 0, %1$d), torch.slice(without, 1, %1$d)], 1)
        return torch.cat([first, second], 0)
      """;

  private static final String LEARNED =
      """
      # each sample's losses and bounds, then the gradients of the mean of their sum
      def train(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, flat: List[Tensor], table: Tensor) -> List[Tensor]:
        p = (self).leaves(flat, )
        xt = (self).mixed(x0, t, noise, table, )
        bound = (self).bound(x0, xt, t, (self).predict(xt, t, y, p, True, 0, ), table, )
        B = torch.size(x0, 0)
        snr = torch.index_select(torch.select(table, 0, 2), 0, t)
        losses, gradients, = (self).part(x0, t, noise, y, torch.div(torch.ones_like(snr), B), snr, p, table, 0, B, 0, )
        return torch.add([losses, torch.detach(bound)], gradients)
      """;

  private static final String PLAIN =
      """
      # each sample's losses, nothing, then the gradients of the mean
      def train(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, flat: List[Tensor], table: Tensor) -> List[Tensor]:
        p = (self).leaves(flat, )
        B = torch.size(x0, 0)
        snr = torch.index_select(torch.select(table, 0, 2), 0, t)
        losses, gradients, = (self).part(x0, t, noise, y, torch.div(torch.ones_like(snr), B), snr, p, table, 0, B, 0, )
        return torch.add([losses, torch.zeros_like(losses)], gradients)
      """;

  private static final String DROPS = "in.train.label_drop_rand";
  private static final Pattern SQUARE_GRADIENT =
      Pattern.compile("gradient of mean\\(forward\\^2\\) with respect to ([\\w.]+)");
  private static final AdamSettings ANY = new AdamSettings(1, 0, 0, 0, 0, 0, 1, 1, 0);

  private final DenoiserConfig config;
  private final NoiseSchedule schedule;
  private final ParameterTable table;
  private final NDManager owner;
  private final ScriptModule kernel;
  private final ParameterBuckets weights;
  private final NDArray noise;
  private final Variance variance;

  /** The variance of an ancestral step of a network that does not learn it. */
  enum Variance {
    /** That of q(x_{t−1} | x_t, x_0), β̃. */
    POSTERIOR,
    /** β, as in the code of improved-diffusion unless it is told otherwise. */
    LARGEST
  }

  /**
   * @param weights by parameter name
   * @param variance of ancestral steps where it is not learned
   * @param minSnr γ of the losses' weights, 0 for none
   * @param more functions of the kernel, for {@link #call}
   */
  DenoiserHarness(
      Torch torch,
      DenoiserConfig config,
      NoiseSchedule schedule,
      Map<String, Tensor> weights,
      Variance variance,
      double minSnr,
      List<String> more) {
    this.variance = variance;
    this.config = config;
    this.schedule = schedule;
    this.owner = torch.newScope();
    Backbone backbone = Backbone.of(config, NetworkOptions.DEFAULT);
    boolean learned = backbone.learnsVariance();
    this.table = backbone.network().parameters();
    boolean second = backbone.network().secondPass();
    this.kernel =
        torch.kernel(
            KernelAssembler.of("parity")
                .add(backbone)
                .add(ObjectiveKernel.lossFunctions(backbone, schedule.prediction()))
                .add(OptimiserKernel.functions(ANY))
                .add(
                    ObjectiveKernel.stepFunctions(
                        backbone, schedule.prediction(), new Objective(0, 0), 0))
                .add(SamplerKernel.functions(backbone, schedule.prediction()))
                .add(OUTPUT)
                .add(SQUARE)
                .add(BOTH.formatted(config.architecture().guidedChannels(config.example())))
                .add(second ? List.of() : List.of(learned ? LEARNED : PLAIN))
                .add(more)
                .source());
    this.weights = ParameterBuckets.upload("weights", owner, table, weights, "");
    this.noise = NoiseTable.upload(owner, schedule, minSnr, learned);
  }

  /** A recorded tensor in native memory. */
  NDArray array(NDManager scope, Tensor tensor) {
    Shape shape = new Shape(tensor.shape());
    return tensor.dtype() == DType.I64
        ? scope.create(tensor.longs(), shape)
        : scope.create(tensor.floats(), shape);
  }

  /** What a function gives for arrays, the weights and the schedule's table. */
  float[][] call(String function, Gradients gradients, Function<NDManager, List<NDArray>> inputs) {
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments = Arguments.none();
      inputs.apply(scope).forEach(arguments::add);
      return floats(kernel.call(scope, function, gradients, arguments.add(weights).add(noise)));
    }
  }

  /** What a function gives for recorded inputs and the weights. */
  float[][] call(GoldenFile file, String function, Gradients gradients, String... inputs) {
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments = Arguments.none();
      for (String input : inputs) {
        arguments.add(array(scope, file.tensor(input)));
      }
      return floats(kernel.call(scope, function, gradients, arguments.add(weights)));
    }
  }

  private static float[][] floats(NDList results) {
    return results.stream().map(NDArray::toFloatArray).toArray(float[][]::new);
  }

  /** {@code out.forward}, and gradients of its mean square. */
  void forward(GoldenFile file, Map<String, float[]> outputs) {
    if (!file.has("in.x", "in.t", "in.y")) {
      return;
    }
    outputs.put("out.forward", call(file, "output", Gradients.NONE, "in.x", "in.t", "in.y")[0]);
    file.described()
        .fields()
        .forEachRemaining(
            field -> {
              Matcher gradient = SQUARE_GRADIENT.matcher(field.getValue().path("what").asText());
              if (gradient.find()) {
                float[][] all = call(file, "square", Gradients.RECORD, "in.x", "in.t", "in.y");
                outputs.put(field.getKey(), all[trainedIndex(gradient.group(1))]);
              }
            });
  }

  /** The names of the trained parameters, in the order of the gradients. */
  List<String> trained() {
    return table.parameters().stream()
        .filter(ParameterTable.Parameter::trained)
        .map(ParameterTable.Parameter::name)
        .toList();
  }

  private int trainedIndex(String name) {
    int index = trained().indexOf(name);
    if (index < 0) {
      throw new InvalidInputException(
          "the network has no trained parameter " + name, "record the gradient of one it has");
    }
    return index;
  }

  /** {@code out.cfg.forward}. */
  void guided(GoldenFile file, double guidance, Map<String, float[]> outputs) {
    if (!file.has("in.cfg.x", "in.cfg.t", "in.cfg.y")) {
      return;
    }
    try (NDManager scope = owner.newSubManager()) {
      NDArray x = array(scope, file.tensor("in.cfg.x"));
      NDArray t = array(scope, file.tensor("in.cfg.t"));
      NDArray y = array(scope, file.tensor("in.cfg.y"));
      outputs.put("out.cfg.forward", both(scope, x, t, y, guidance).toFloatArray());
    }
  }

  private NDArray both(NDManager scope, NDArray x, NDArray t, NDArray y, double guidance) {
    return kernel
        .call(
            scope,
            "both",
            Gradients.NONE,
            Arguments.none().add(x, t, y).add(weights).add(scope.create(new double[] {guidance})))
        .head();
  }

  /** {@code out.train.x_t} and {@code out.null_label}. */
  void noised(GoldenFile file, Map<String, float[]> outputs) {
    if (file.has("in.train.x0", "in.train.t", "in.train.noise")) {
      try (NDManager scope = owner.newSubManager()) {
        NDArray x0 = array(scope, file.tensor("in.train.x0"));
        NDArray t = array(scope, file.tensor("in.train.t"));
        NDArray eps = array(scope, file.tensor("in.train.noise"));
        outputs.put(
            "out.train.x_t",
            kernel.call(scope, "mixed", Gradients.NONE, x0, t, eps, noise).head().toFloatArray());
      }
    }
    if (file.has("in.x", "in.t", "in.y") && config.conditioning() instanceof ClassLabels classes) {
      try (NDManager scope = owner.newSubManager()) {
        long[] y = new long[file.tensor("in.y").elements()];
        Arrays.fill(y, classes.nullClass());
        NDArray x = array(scope, file.tensor("in.x"));
        NDArray t = array(scope, file.tensor("in.t"));
        Arguments arguments = Arguments.none().add(x, t, scope.create(y)).add(weights);
        outputs.put(
            "out.null_label", floats(kernel.call(scope, "output", Gradients.NONE, arguments))[0]);
      }
    }
  }

  /** {@code out.train.*} and the norms of the gradients. */
  void train(GoldenFile file, double dropout, Map<String, float[]> outputs) {
    if (!file.has("in.train.x0", "in.train.t", "in.train.y", "in.train.noise")) {
      return;
    }
    try (NDManager scope = owner.newSubManager()) {
      NDArray x0 = array(scope, file.tensor("in.train.x0"));
      NDArray t = array(scope, file.tensor("in.train.t"));
      NDArray eps = array(scope, file.tensor("in.train.noise"));
      NDArray y = scope.create(droppedLabels(file, DROPS, dropout));
      outputs.put(
          "out.train.x_t",
          kernel.call(scope, "mixed", Gradients.NONE, x0, t, eps, noise).head().toFloatArray());
      float[][] results =
          floats(
              kernel.call(
                  scope,
                  "train",
                  Gradients.RECORD,
                  Arguments.none().add(x0, t, eps, y).add(weights).add(noise)));
      losses(results[0], results[1], outputs);
      List<String> names = trained();
      for (int i = 0; i < names.size(); i++) {
        float[] gradient = results[2 + i];
        outputs.put("out.train.grad." + names.get(i), gradient);
        outputs.put("grad_norms." + names.get(i), new float[] {norm(gradient)});
      }
    }
  }

  /** The recorded labels, dropped where the recorded draws say so. */
  long[] droppedLabels(GoldenFile file, String drawn, double dropout) {
    long[] labels = file.tensor("in.train.y").longs();
    if (file.has(drawn) && config.conditioning() instanceof ClassLabels classes) {
      float[] draws = file.tensor(drawn).floats();
      for (int i = 0; i < labels.length; i++) {
        labels[i] = draws[i] < dropout ? classes.nullClass() : labels[i];
      }
    }
    return labels;
  }

  private static void losses(float[] mse, float[] bound, Map<String, float[]> outputs) {
    float[] loss = new float[mse.length];
    double sum = 0;
    for (int i = 0; i < loss.length; i++) {
      loss[i] = mse[i] + bound[i];
      sum += loss[i];
    }
    outputs.put("out.train.mse", mse);
    outputs.put("out.train.vb", bound);
    outputs.put("out.train.loss", loss);
    outputs.put("out.train.mean_loss", new float[] {(float) (sum / loss.length)});
  }

  static float norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return (float) Math.sqrt(sum);
  }

  /**
   * {@code out.sample.ddpm} and {@code out.sample.ddim}: the batch after each step, both halves.
   *
   * @param guidance strength
   */
  void sample(GoldenFile file, double guidance, Map<String, float[]> outputs) {
    if (!file.has("in.sample.z", "in.sample.y")) {
      return;
    }
    for (String sampler : List.of("ddpm", "ddim")) {
      if (file.described().has("out.sample." + sampler)) {
        double eta = sampler.equals("ddpm") ? 1 : file.config().path("ddim_eta").asDouble(0);
        int[] timesteps = timesteps(file, sampler);
        outputs.put(
            "out.sample." + sampler,
            samples(file, SamplerStep.of(schedule, timesteps, eta), guidance));
      }
    }
  }

  private int[] timesteps(GoldenFile file, String sampler) {
    JsonNode recorded = file.scalars().path(sampler + "_timestep_map");
    if (recorded.isArray()) {
      int[] timesteps = new int[recorded.size()];
      Arrays.setAll(timesteps, i -> recorded.get(i).asInt());
      return timesteps;
    }
    int steps = Math.toIntExact(file.tensor("out.sample." + sampler).shape()[0]);
    return sampler.equals("ddpm")
        ? Respacing.even(schedule.timesteps(), steps)
        : Respacing.strided(schedule.timesteps(), steps);
  }

  private float[] samples(GoldenFile file, List<SamplerStep> steps, double guidance) {
    Tensor start = file.tensor("in.sample.z");
    int size = start.elements();
    float[] all = new float[Math.multiplyExact(steps.size(), size)];
    float[] draws =
        file.has("in.sample.noise") ? file.tensor("in.sample.noise").floats() : new float[0];
    float[] x = start.floats();
    Shape shape = new Shape(start.shape());
    for (int step = 0; step < steps.size(); step++) {
      SamplerStep s = steps.get(step);
      float[] fresh =
          draws.length >= (step + 1) * size
              ? Arrays.copyOfRange(draws, step * size, (step + 1) * size)
              : new float[size];
      try (NDManager scope = owner.newSubManager()) {
        long[] t = new long[(int) shape.get(0)];
        Arrays.fill(t, s.timestep());
        NDArray now = scope.create(x, shape);
        NDArray y = array(scope, file.tensor("in.sample.y"));
        NDArray output = both(scope, now, scope.create(t), y, guidance);
        NDArray c = scope.create(coefficients(s, guidance));
        x =
            kernel
                .call(scope, "advance", Gradients.NONE, now, output, c, scope.create(fresh, shape))
                .head()
                .toFloatArray();
      }
      System.arraycopy(x, 0, all, step * size, size);
    }
    return all;
  }

  private double[] coefficients(SamplerStep step, double guidance) {
    double[] coefficients = step.coefficients(guidance);
    boolean fixed = !config.architecture().learnsVariance();
    if (fixed && variance == Variance.LARGEST && step.ancestral() && step.sigma() > 0) {
      coefficients[6] = Math.exp(0.5 * step.logLargest());
    }
    return coefficients;
  }

  @Override
  public void close() {
    owner.close();
  }
}
