package io.winnow.models.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Seeds;
import io.winnow.models.train.DenoisingLosses;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.ObjectiveKernel;
import io.winnow.models.train.Prediction;
import io.winnow.models.train.Values;
import io.winnow.models.unet.ImageBatch;
import io.winnow.models.unet.Unet;
import io.winnow.models.unet.UnetConfig;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.ParameterVector;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.KernelSource;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A trained model: takes losses and draws images. Not safe for use from several threads. */
public final class Denoiser implements AutoCloseable {
  private final UnetConfig model;
  private final NoiseSchedule schedule;
  private final Values values;
  private final NDManager owner;
  private final ScriptModule kernel;
  private final NDArray weights;
  private final NDArray table;
  private final DenoisingLosses losses;
  private final Staging images = new Staging();
  private final Staging timesteps = new Staging();
  private final Staging labels = new Staging();
  private final Staging coefficients = new Staging();
  private final Staging seeds = new Staging();

  private Denoiser(
      Torch torch,
      UnetConfig model,
      NoiseSchedule schedule,
      Precision precision,
      Values values,
      Map<String, Tensor> weights) {
    this.model = model;
    this.schedule = schedule;
    this.values = values;
    this.owner = torch.newScope();
    try {
      Network network = Unet.write(model, precision, torch.layout());
      this.weights = ParameterVector.upload(owner, network.parameters(), weights, "");
      this.kernel = torch.kernel(kernel(network, model, schedule.prediction(), values));
      this.table = owner.create(schedule.table(0), new Shape(3, schedule.timesteps()));
      this.losses = new DenoisingLosses(kernel, table);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /**
   * A model of pixels, computing in float32.
   *
   * @param weights by parameter name, as {@link
   *     io.winnow.models.train.DenoiserTrainer#emaWeights()} gives them
   * @throws InvalidInputException if they are of another model
   */
  public static Denoiser load(
      Torch torch, UnetConfig model, NoiseSchedule schedule, Map<String, Tensor> weights) {
    return new Denoiser(torch, model, schedule, Precision.FLOAT32, Values.PIXELS, weights);
  }

  /**
   * A model that computes in a given precision; see the other {@code load}.
   *
   * @param values what its images are made of
   */
  public static Denoiser load(
      Torch torch,
      UnetConfig model,
      NoiseSchedule schedule,
      Precision precision,
      Values values,
      Map<String, Tensor> weights) {
    return new Denoiser(torch, model, schedule, precision, values, weights);
  }

  /** The readable kernel that a model's losses and samples of pixels are taken with. */
  public static KernelSource kernel(UnetConfig model, Precision precision, Prediction prediction) {
    return kernel(Unet.write(model, precision), model, prediction, Values.PIXELS);
  }

  private static KernelSource kernel(
      Network network, UnetConfig model, Prediction prediction, Values values) {
    List<String> functions = new ArrayList<>(network.functions());
    functions.addAll(ObjectiveKernel.lossFunctions(prediction, values));
    functions.addAll(
        SamplerKernel.functions(
            model.imageChannels(), model.imageSize(), model.nullClass(), prediction, values));
    functions.add(ObjectiveKernel.lossesAt(prediction));
    return new KernelSource("denoiser", functions);
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
    return losses.of(owner, weights, seed, new ImageBatch(model, images, labels, values.bytes()));
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
    ImageBatch batch = new ImageBatch(model, images, labels, values.bytes());
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
              batch.images(scope, this.images),
              this.labels.ofInts(scope, batch.labels(), batch.labelShape()),
              this.timesteps.ofInts(scope, timesteps, batch.labelShape()),
              seeds.ofLongs(scope, folded),
              weights,
              table)
          .toFloatArray();
    }
  }

  /**
   * Draws one image a label. Image i depends on the plan, its label and i: more labels give the
   * same images and more.
   *
   * @param labels classes, or {@link UnetConfig#nullClass()} for any
   * @return uint8, labels.length×C×H×W row-major; of latents the bytes of float32, little-endian
   */
  public byte[] sample(SamplingPlan plan, int[] labels) {
    return sample(plan, labels, 0);
  }

  /**
   * Draws the images from position {@code first} on of a longer list of labels, so that a long list
   * can be drawn piece by piece.
   *
   * @param labels those of this piece
   * @param first the position of the piece's first label in the whole
   */
  public byte[] sample(SamplingPlan plan, int[] labels, long first) {
    for (int label : labels) {
      if (label < 0 || label > model.nullClass()) {
        throw new InvalidInputException(
            "cannot sample class " + label, "give a class from 0 to " + (model.classes() - 1));
      }
    }
    List<SamplerStep> steps = SamplerStep.of(schedule, plan);
    int bytes = model.imageChannels() * model.imageSize() * model.imageSize() * values.bytes();
    byte[] images = new byte[Math.multiplyExact(labels.length, bytes)];
    for (int start = 0; start < labels.length; start += plan.batch()) {
      // The last batch is filled up: the engine may choose another algorithm for another size.
      int[] batch = new int[plan.batch()];
      int wanted = Math.min(plan.batch(), labels.length - start);
      Arrays.fill(batch, model.nullClass());
      System.arraycopy(labels, start, batch, 0, wanted);
      byte[] drawn = batch(plan, steps, batch, first + start);
      System.arraycopy(drawn, 0, images, start * bytes, wanted * bytes);
    }
    return images;
  }

  private byte[] batch(SamplingPlan plan, List<SamplerStep> steps, int[] batch, long first) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray y = labels.ofInts(scope, batch, new Shape(batch.length));
      NDArray x = call(scope, "noise", noiseSeeds(scope, plan, batch.length, first, -1), weights);
      for (SamplerStep step : steps) {
        x = step(scope, plan, step, x, y, first);
      }
      return bytes(call(scope, "images", x));
    }
  }

  private byte[] bytes(NDArray drawn) {
    if (values == Values.PIXELS) {
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
      NDArray c =
          coefficients.ofDoubles(
              inner,
              plan.guidance(),
              step.timestep(),
              step.signal(),
              step.spread(),
              step.nextSignal(),
              step.direction(),
              step.sigma());
      NDArray noise = noiseSeeds(inner, plan, (int) y.size(), first, step.timestep());
      NDArray next = call(inner, "sample_step", x, y, weights, c, noise);
      x.close();
      next.attach(scope);
      return next;
    }
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

  private NDArray call(NDManager scope, String method, NDArray... arguments) {
    return kernel.call(scope, method, Gradients.NONE, arguments).head();
  }

  /**
   * The predicted noise, for tests against other implementations.
   *
   * @param x float32, B×C×H×W row-major
   * @param timestep t of all images
   */
  float[] epsilon(float[] x, int timestep, int[] classes, double guidance) {
    try (NDManager scope = owner.newSubManager()) {
      Shape shape =
          new Shape(classes.length, model.imageChannels(), model.imageSize(), model.imageSize());
      NDArray y = labels.ofInts(scope, classes, new Shape(classes.length));
      return call(
              scope,
              "epsilon_at",
              scope.create(x, shape),
              y,
              weights,
              coefficients.ofDoubles(
                  scope,
                  guidance,
                  timestep,
                  Math.sqrt(schedule.signal()[timestep]),
                  Math.sqrt(1 - schedule.signal()[timestep])))
          .toFloatArray();
    }
  }

  /** The noise that images 0 … count−1 start from, for the same tests. */
  float[] startNoise(SamplingPlan plan, int count) {
    try (NDManager scope = owner.newSubManager()) {
      return call(scope, "noise", noiseSeeds(scope, plan, count, 0, -1), weights).toFloatArray();
    }
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    owner.close();
  }
}
