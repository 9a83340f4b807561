package io.winnow.models.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.models.architecture.Backbone;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.architecture.KernelAssembler;
import io.winnow.models.denoiser.Conditioning.ClassLabels;
import io.winnow.models.denoiser.ValueRange;
import io.winnow.models.train.DenoisingLosses;
import io.winnow.models.train.ModelBatch;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.NoiseTable;
import io.winnow.models.train.ObjectiveKernel;
import io.winnow.models.train.Prediction;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Namespace;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A trained model: computes losses and draws images. Not safe for use from several threads. */
public final class Denoiser implements AutoCloseable {
  private final DenoiserConfig model;
  private final NoiseSchedule schedule;
  private final NDManager owner;
  private final ScriptModule kernel;
  private final ParameterBuckets weights;
  private final NDArray table;
  private final DenoisingLosses losses;
  private final Staging images = new Staging();
  private final Staging timesteps = new Staging();
  private final Staging labels = new Staging();
  private final Staging coefficients = new Staging();
  private final Staging seeds = new Staging();

  private Denoiser(
      Torch torch,
      DenoiserConfig model,
      NoiseSchedule schedule,
      Precision precision,
      Map<String, Tensor> weights) {
    this.model = model;
    this.schedule = schedule;
    this.owner = torch.newScope();
    try {
      NetworkOptions options = new NetworkOptions(Namespace.ROOT, precision, torch.layout());
      Backbone backbone = Backbone.of(model, options);
      this.weights =
          ParameterBuckets.upload("weights", owner, backbone.network().parameters(), weights, "");
      this.kernel = torch.kernel(kernel(backbone, schedule.prediction()));
      this.table = NoiseTable.upload(owner, schedule, 0, false);
      this.losses = new DenoisingLosses(kernel, table);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /**
   * A model that computes in float32.
   *
   * @param weights by parameter name, as {@link
   *     io.winnow.models.train.DenoiserTrainer#emaWeights()} gives them
   * @throws InvalidInputException if they are of another model
   */
  public static Denoiser load(
      Torch torch, DenoiserConfig model, NoiseSchedule schedule, Map<String, Tensor> weights) {
    return load(torch, model, schedule, Precision.FLOAT32, weights);
  }

  /** A model that computes in a given precision; see the other {@code load}. */
  public static Denoiser load(
      Torch torch,
      DenoiserConfig model,
      NoiseSchedule schedule,
      Precision precision,
      Map<String, Tensor> weights) {
    return new Denoiser(torch, model, schedule, precision, weights);
  }

  /** The readable kernel that a model computes losses and draws samples with. */
  public static KernelSource kernel(
      DenoiserConfig model, Precision precision, Prediction prediction) {
    return kernel(Backbone.of(model, NetworkOptions.of(precision)), prediction);
  }

  private static KernelSource kernel(Backbone backbone, Prediction prediction) {
    return KernelAssembler.of("denoiser")
        .add(backbone)
        .add(ObjectiveKernel.lossFunctions(backbone, prediction))
        .add(SamplerKernel.functions(backbone, prediction))
        .add(ObjectiveKernel.lossesAt(prediction))
        .source();
  }

  /**
   * Each image's mean squared error of what is predicted.
   *
   * @param seed of t and ε: the same as with {@link io.winnow.models.train.DenoiserTrainer#losses},
   *     also of another architecture, for a batch of the same images
   * @param images uint8, B×C×H×W row-major; of latents the bytes of float32
   * @param labels B labels in [0, classes)
   * @return B losses
   */
  public float[] losses(long seed, byte[] images, int[] labels) {
    return losses.of(owner, weights, seed, ModelBatch.labelled(model, images, labels));
  }

  /**
   * Each image's mean squared error of ε, at a timestep and with noise of its own: what is drawn
   * for an image does not depend on those beside it.
   *
   * @param images uint8, B×C×H×W row-major; of latents the bytes of float32
   * @param labels B labels in [0, classes)
   * @param timesteps B timesteps in [0, T)
   * @param noiseSeeds B seeds of ε, of which the generator keeps 32 bits
   * @return B losses
   */
  public float[] lossesAt(byte[] images, int[] labels, int[] timesteps, long[] noiseSeeds) {
    ModelBatch batch = ModelBatch.labelled(model, images, labels);
    if (timesteps.length != batch.size() || noiseSeeds.length != batch.size()) {
      throw new IllegalArgumentException(
          batch.size()
              + " images, "
              + timesteps.length
              + " timesteps, "
              + noiseSeeds.length
              + " seeds");
    }
    for (int t : timesteps) {
      if (t < 0 || t >= schedule.timesteps()) {
        throw new IllegalArgumentException("timestep " + t + " of " + schedule.timesteps());
      }
    }
    long[] folded = LongStream.of(noiseSeeds).map(Torch::generatorSeed).toArray();
    try (NDManager scope = owner.newSubManager()) {
      return call(
              scope,
              "losses_at",
              Arguments.none()
                  .add(
                      batch.examples(scope, this.images),
                      batch.conditions(scope, this.labels),
                      this.timesteps.ofInts(scope, timesteps, new Shape(batch.size())),
                      seeds.ofLongs(scope, folded))
                  .add(weights)
                  .add(table))
          .toFloatArray();
    }
  }

  /**
   * Draws one image per label. Image i depends on the plan, its label and i: a longer list begins
   * with the same images.
   *
   * @param labels classes, or {@link
   *     io.winnow.models.denoiser.Conditioning.ClassLabels#nullClass()} for any
   * @return labels.length×C×H×W row-major: uint8 for pixels, the bytes of float32 (little-endian)
   *     for latents
   */
  public byte[] sample(SamplingPlan plan, int[] labels) {
    return sample(plan, labels, 0);
  }

  /**
   * Draws the images from position {@code first} on of a longer list of labels, so that a long list
   * can be drawn in pieces.
   *
   * @param labels those of this piece
   * @param first the position of the piece's first label in the whole
   */
  public byte[] sample(SamplingPlan plan, int[] labels, long first) {
    int nullClass = nullClass();
    for (int label : labels) {
      if (label < 0 || label > nullClass) {
        throw new InvalidInputException(
            "cannot sample class " + label, "give a class from 0 to " + (nullClass - 1));
      }
    }
    List<SamplerStep> steps = Samplers.steps(schedule, plan);
    int bytes = model.example().bytes();
    byte[] images = new byte[Math.multiplyExact(labels.length, bytes)];
    for (int start = 0; start < labels.length; start += plan.batch()) {
      // The last batch is filled up: the engine may choose another algorithm for another size.
      int[] batch = new int[plan.batch()];
      int wanted = Math.min(plan.batch(), labels.length - start);
      Arrays.fill(batch, nullClass);
      System.arraycopy(labels, start, batch, 0, wanted);
      byte[] drawn = batch(plan, steps, batch, first + start);
      System.arraycopy(drawn, 0, images, start * bytes, wanted * bytes);
    }
    return images;
  }

  private int nullClass() {
    if (model.conditioning() instanceof ClassLabels classes) {
      return classes.nullClass();
    }
    throw new InvalidInputException(
        "the model is not conditioned on classes", "sample a model that is");
  }

  private byte[] batch(SamplingPlan plan, List<SamplerStep> steps, int[] batch, long first) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray y = labels.ofInts(scope, batch, new Shape(batch.length));
      NDArray x =
          call(
              scope,
              "noise",
              Arguments.none().add(noiseSeeds(scope, plan, batch.length, first, -1), table));
      for (SamplerStep step : steps) {
        x = step(scope, plan, step, x, y, first);
      }
      return bytes(call(scope, "images", Arguments.none().add(x)));
    }
  }

  private byte[] bytes(NDArray drawn) {
    if (model.example().range() == ValueRange.PIXELS) {
      return drawn.toByteArray();
    }
    float[] latents = drawn.toFloatArray();
    byte[] bytes = new byte[Math.multiplyExact(latents.length, Float.BYTES)];
    Tensor.of(latents, latents.length).data().get(bytes);
    return bytes;
  }

  private NDArray step(
      NDManager scope, SamplingPlan plan, SamplerStep step, NDArray x, NDArray y, long first) {
    try (NDManager inner = scope.newSubManager()) {
      NDArray next =
          call(
              inner,
              "sample_step",
              Arguments.none()
                  .add(x, y)
                  .add(weights)
                  .add(
                      coefficients.ofDoubles(inner, coefficients(plan, step)),
                      noiseSeeds(inner, plan, (int) y.size(), first, step.timestep())));
      x.close();
      next.attach(scope);
      return next;
    }
  }

  private double[] coefficients(SamplingPlan plan, SamplerStep step) {
    double guidance = plan.guidance().at(step.timestep(), schedule.timesteps());
    boolean clip = plan.clip() == null ? model.example().range().bounded() : plan.clip();
    return step.coefficients(guidance, clip);
  }

  private NDArray noiseSeeds(
      NDManager scope, SamplingPlan plan, int count, long first, int timestep) {
    long[] values =
        LongStream.range(first, first + count)
            .map(
                i ->
                    Torch.generatorSeed(
                        Seeds.of(plan.seed(), SamplerKernel.NOISE_NAME, i, timestep)))
            .toArray();
    return seeds.ofLongs(scope, values);
  }

  private NDArray call(NDManager scope, String method, Arguments arguments) {
    return kernel.call(scope, method, Gradients.NONE, arguments).head();
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    owner.close();
  }
}
