package io.winnow.models.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.architecture.Backbone;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.architecture.KernelAssembler;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.sample.SamplerKernel;
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
      # guidance of a batch whose second half is unconditional, by a scale for each of the first half; only the first half of x counts
      def both(self: __torch__.Kernel, x: Tensor, t: Tensor, y: Tensor, flat: List[Tensor], guidance: Tensor) -> Tensor:
        half = torch.slice(x, 0, 0, torch.floordiv(torch.size(x, 0), 2))
        output = (self).predict(torch.cat([half, half], 0), t, y, (self).parameters(flat, ), False, 0, )
        with_condition, without, = torch.chunk(output, 2, 0)
        combined = annotate(List[Tensor], [])
        for i in range(torch.size(half, 0)):
          end = torch.add(i, 1)
          one = (self).combine(torch.slice(with_condition, 0, i, end), torch.slice(without, 0, i, end), float(guidance[i]), )
          _0 = torch.append(combined, one)
        first = torch.cat(combined, 0)
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

  private static final String TERMS =
      """
      # each sample's weighted losses and bounds
      def terms(self: __torch__.Kernel, x0: Tensor, t: Tensor, noise: Tensor, y: Tensor, flat: List[Tensor], table: Tensor) -> List[Tensor]:
        xt = (self).mixed(x0, t, noise, table, )
        output = (self).predict(xt, t, y, (self).parameters(flat, ), False, 0, )
        weight = torch.index_select(torch.select(table, 0, 2), 0, t)
        return [torch.mul(weight, (self).losses_of(output, x0, t, noise, table, )), (self).bound(x0, xt, t, output, table, )]
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

  /**
   * @param weights by parameter name
   * @param minSnr γ of the losses' weights, 0 for none
   * @param more functions of the kernel, for {@link #call}
   */
  DenoiserHarness(
      Torch torch,
      DenoiserConfig config,
      NoiseSchedule schedule,
      Map<String, Tensor> weights,
      double minSnr,
      List<String> more) {
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
                .add(learned ? List.of(TERMS) : List.of())
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

  /**
   * What a function gives for arrays alone.
   *
   * @return its first result
   */
  float[] plain(String function, Function<NDManager, List<NDArray>> inputs) {
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments = Arguments.none();
      inputs.apply(scope).forEach(arguments::add);
      return floats(kernel.call(scope, function, Gradients.NONE, arguments))[0];
    }
  }

  /**
   * The network's output.
   *
   * @param guidance a scale for each of the first half, with which the second half is combined; or
   *     null for none
   */
  float[] output(Tensor x, Tensor t, Tensor y, double[] guidance) {
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments =
          Arguments.none().add(array(scope, x), array(scope, t), array(scope, y)).add(weights);
      return guidance == null
          ? floats(kernel.call(scope, "output", Gradients.NONE, arguments))[0]
          : floats(
              kernel.call(scope, "both", Gradients.NONE, arguments.add(scope.create(guidance))))[0];
    }
  }

  DenoiserConfig config() {
    return config;
  }

  NoiseSchedule schedule() {
    return schedule;
  }

  /** The noised examples of the recorded training. */
  float[] noised(GoldenFile file) {
    return plain(
        "mixed",
        scope ->
            List.of(
                array(scope, file.tensor("in.train.x0")),
                array(scope, file.tensor("in.train.t")),
                array(scope, file.tensor("in.train.noise")),
                noise));
  }

  /** {@code out.timestep_embedding}. */
  void sinusoids(GoldenFile file, Map<String, float[]> outputs) {
    if (file.has("in.t")) {
      outputs.put(
          "out.timestep_embedding",
          plain("sinusoids", scope -> List.of(array(scope, file.tensor("in.t")))));
    }
  }

  /** {@code out.train.x_t} and {@code out.null_label}. */
  void noised(GoldenFile file, Map<String, float[]> outputs) {
    if (file.has("in.train.x0", "in.train.t", "in.train.noise")) {
      outputs.put("out.train.x_t", noised(file));
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

  @Override
  public void close() {
    owner.close();
  }
}
