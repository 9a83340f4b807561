package io.winnow.models.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.Seeds;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Calls single functions of a model's sampling kernel, to compare them with other computations. */
final class SamplerProbe implements AutoCloseable {
  private static final String EPSILON_AT =
      """
      def epsilon_at(self: __torch__.Kernel, x: Tensor, y: Tensor, flat: List[Tensor], c: Tensor) -> Tensor:
        signal = float(c[2])
        spread = float(c[3])
        p = (self).guided(x, int(c[1]), y, flat, float(c[0]), )
        return %s
      """;

  private final DenoiserConfig model;
  private final NoiseSchedule schedule;
  private final NDManager owner;
  private final ScriptModule kernel;
  private final ParameterBuckets weights;

  SamplerProbe(
      Torch torch, DenoiserConfig model, NoiseSchedule schedule, Map<String, Tensor> weights) {
    this.model = model;
    this.schedule = schedule;
    this.owner = torch.newScope();
    this.weights = ParameterBuckets.upload("weights", owner, model.parameters(), weights, "");
    KernelSource source = Denoiser.kernel(model, Precision.FLOAT32, schedule.prediction());
    List<String> functions = new ArrayList<>(source.functions());
    functions.add(
        EPSILON_AT.formatted(
            SamplerKernel.noise(schedule.prediction(), "p", "x", "signal", "spread")));
    this.kernel = torch.kernel(new KernelSource("probe", functions));
  }

  /**
   * The predicted noise.
   *
   * @param x float32, B×C×H×W row-major
   * @param timestep t of all images
   */
  float[] epsilon(float[] x, int timestep, int[] classes, double guidance) {
    try (NDManager scope = owner.newSubManager()) {
      double alphaCumprod = schedule.alphasCumprod()[timestep];
      NDArray y = scope.create(Arrays.stream(classes).asLongStream().toArray());
      NDArray c =
          scope.create(
              new double[] {
                guidance, timestep, Math.sqrt(alphaCumprod), Math.sqrt(1 - alphaCumprod)
              });
      NDArray images = scope.create(x, model.example().batch(classes.length));
      return kernel
          .call(
              scope,
              "epsilon_at",
              Gradients.NONE,
              Arguments.none().add(images, y).add(weights).add(c))
          .head()
          .toFloatArray();
    }
  }

  /** The noise that images 0 … count−1 of a plan start from. */
  float[] startNoise(SamplingPlan plan, int count) {
    try (NDManager scope = owner.newSubManager()) {
      long[] seeds =
          LongStream.range(0, count)
              .map(i -> Torch.generatorSeed(Seeds.of(plan.seed(), SamplerKernel.NOISE_NAME, i, -1)))
              .toArray();
      return kernel
          .call(
              scope,
              "noise",
              Gradients.NONE,
              scope.create(seeds, new Shape(count)),
              scope.zeros(new Shape(1)))
          .head()
          .toFloatArray();
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
