package io.winnow.models.surrogate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.autoencoder.AutoencoderKernel;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.Staging;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Layout;
import io.winnow.torch.kernel.Network;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The surrogate φ, which maps images to features. It processes images in batches of one fixed size,
 * so that an image's features do not depend on the other images of a request. Not safe for use from
 * several threads.
 */
public final class Surrogate implements AutoCloseable {
  private final String name;
  private final SurrogateInput input;
  private final ScriptOutput output;
  private final InferenceOptions pass;
  private final NDManager owner;
  private final Preparation preparation;
  private final ScriptModule module;
  private final NDArray[] parameters;
  private final NDArray layout;
  private final Staging images = new Staging();
  private final long[] shape;
  private final int dimension;

  private Surrogate(
      Torch torch,
      NDManager owner,
      String name,
      SurrogateInput input,
      int axes,
      Layout preferred,
      InferenceOptions pass,
      ScriptModule module,
      NDArray... parameters) {
    this.name = name;
    this.input = input;
    this.output = ScriptOutput.parse(input.output());
    this.pass = pass;
    this.owner = owner;
    this.module = module;
    this.parameters = parameters;
    this.preparation = new Preparation(torch, owner, input);
    output.requireMethod(name, module.methods());
    Probe probe = probe(axes, preferred);
    this.layout = probe.layout();
    this.shape = probe.shape();
    this.dimension = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
  }

  /**
   * A trained classifier, up to its features.
   *
   * @param weights by parameter name, from {@link ClassifierTrainer#emaWeights()}
   * @throws InvalidInputException if they belong to another classifier
   */
  public static Surrogate trained(
      Torch torch, ClassifierConfig config, Map<String, Tensor> weights, InferenceOptions pass) {
    NDManager owner = torch.newScope();
    try {
      Network network = ClassifierKernel.network(config);
      List<Double> half = Collections.nCopies(config.imageChannels(), 0.5);
      SurrogateInput input =
          new SurrogateInput(config.imageSize(), config.imageChannels(), half, half, "features");
      return new Surrogate(
          torch,
          owner,
          "the trained classifier",
          input,
          1,
          torch.layout(),
          pass,
          torch.kernel(ClassifierKernel.inference(network)),
          ParameterBuckets.upload("weights", owner, network.parameters(), weights, "").arrays());
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /**
   * A TorchScript file that gives features.
   *
   * @throws InvalidInputException if the file is not TorchScript, has no such method, does not take
   *     such an input, returns anything but finite float32 N×d for it, or is no function of one
   *     image: its features change from call to call, depend on the other images of a batch, or are
   *     the same for every image
   */
  public static Surrogate torchScript(
      Torch torch, Path file, SurrogateInput input, InferenceOptions pass) {
    return checked(load(torch, file, input, 1, pass));
  }

  /**
   * A TorchScript file that {@link #torchScript} has taken before, with the same input and options.
   */
  static Surrogate knownTorchScript(
      Torch torch, Path file, SurrogateInput input, InferenceOptions pass) {
    return load(torch, file, input, 1, pass);
  }

  /**
   * A TorchScript autoencoder, whose latents are the features: float32 N×(C·H·W), see {@link
   * #shape}.
   *
   * @throws InvalidInputException as for features, but of N×C×H×W
   */
  public static Surrogate autoencoder(
      Torch torch, Path file, SurrogateInput input, InferenceOptions pass) {
    return checked(load(torch, file, input, 3, pass));
  }

  private static Surrogate checked(Surrogate surrogate) {
    try {
      SurrogateCheck.requireFunctionOfOneImage(surrogate, surrogate.name);
      return surrogate;
    } catch (RuntimeException e) {
      surrogate.close();
      throw e;
    }
  }

  /**
   * The encoder of an AutoencoderKL: the means of its latents are the features, see {@link #shape}.
   *
   * @param file see {@link io.winnow.models.autoencoder.AutoencoderWeights#read}
   * @param input its output is {@code encode}
   * @throws InvalidInputException the file is not such an autoencoder, or does not take such images
   */
  public static Surrogate autoencoderKl(
      Torch torch, Path file, SurrogateInput input, InferenceOptions pass) {
    NDManager owner = torch.newScope();
    try {
      AutoencoderKernel kernel =
          AutoencoderKernel.encoder(torch, owner, file, input.channels(), input.size());
      String name = file.getFileName().toString();
      return new Surrogate(
          torch,
          owner,
          name,
          input,
          3,
          torch.layout(),
          pass,
          kernel.module(),
          kernel.weights().arrays());
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  private static Surrogate load(
      Torch torch, Path file, SurrogateInput input, int axes, InferenceOptions pass) {
    NDManager owner = torch.newScope();
    ScriptModule module = null;
    try {
      module = torch.load(file);
      String name = file.getFileName().toString();
      return new Surrogate(torch, owner, name, input, axes, Layout.CHANNELS_LAST, pass, module);
    } catch (RuntimeException e) {
      owner.close();
      if (module != null) {
        module.close();
      }
      throw e;
    }
  }

  /** The input that it takes. */
  SurrogateInput input() {
    return input;
  }

  /** Batch size and precision. */
  public InferenceOptions pass() {
    return pass;
  }

  /** The shape of the output for one image: d, or C, H and W of an autoencoder. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of features, d. */
  public int dimension() {
    return dimension;
  }

  /**
   * The features of images.
   *
   * @param images uint8, n×c×h×w row-major
   * @return float32, n×d row-major
   * @throws InvalidInputException if the surrogate does not take c channels, or a feature is not
   *     finite
   */
  public float[] features(byte[] images, int n, int c, int h, int w) {
    requireImages(images.length, n, c, h, w);
    int pixels = c * h * w;
    int size = pass.batch();
    byte[] batch = new byte[Math.multiplyExact(size, pixels)];
    float[] features = new float[Math.multiplyExact(n, dimension)];
    for (int start = 0; start < n; start += size) {
      int count = Math.min(size, n - start);
      System.arraycopy(images, start * pixels, batch, 0, count * pixels);
      Arrays.fill(batch, count * pixels, batch.length, (byte) 0);
      try (NDManager scope = owner.newSubManager()) {
        NDArray raw = this.images.ofBytes(scope, batch, new Shape(size, c, h, w));
        float[] some = encode(scope, raw);
        System.arraycopy(some, 0, features, start * dimension, count * dimension);
      }
    }
    return finite(features);
  }

  /**
   * The features of n images of the declared size and channels, in one batch of n; they may not be
   * finite.
   */
  float[] batch(byte[] images, int n) {
    try (NDManager scope = owner.newSubManager()) {
      Shape shape = new Shape(n, input.channels(), input.size(), input.size());
      return encode(scope, this.images.ofBytes(scope, images, shape));
    }
  }

  private void requireImages(int length, int n, int c, int h, int w) {
    if (n < 1 || length != (long) n * c * h * w) {
      throw new InvalidInputException(
          "%d values are not %d images of %d×%d×%d".formatted(length, n, c, h, w),
          "provide one byte per channel and pixel");
    }
    if (c != input.channels() && c != 1) {
      throw new InvalidInputException(
          "%s takes images of %d channels, not of %d".formatted(name, input.channels(), c),
          "use a surrogate for such images, or convert the images");
    }
  }

  private float[] finite(float[] features) {
    for (int i = 0; i < features.length; i++) {
      if (!Float.isFinite(features[i])) {
        throw new InvalidInputException(
            "%s gives feature %d of image %d as %s"
                .formatted(name, i % dimension, i / dimension, features[i]),
            "check surrogate.mean and surrogate.std, and the weights");
      }
    }
    return features;
  }

  /**
   * @param layout the memory format of its input
   * @param shape of the output for one image
   */
  private record Probe(NDArray layout, long[] shape) {}

  // Channels last is faster for most convolutions (see docs/benchmarks), but a method that depends
  // on strides (view) may fail with it.
  private Probe probe(int axes, Layout preferred) {
    try {
      return tried(axes, preferred);
    } catch (InvalidInputException e) {
      if (preferred == Layout.CONTIGUOUS) {
        throw e;
      }
      return tried(axes, Layout.CONTIGUOUS);
    }
  }

  // the output for two black images of the declared size
  private Probe tried(int axes, Layout order) {
    int n = 2;
    NDArray format = owner.create(new long[] {order.memoryFormat()});
    try (NDManager scope = owner.newSubManager()) {
      NDArray black =
          scope.zeros(new Shape(n, input.channels(), input.size(), input.size()), DataType.UINT8);
      NDArray made = output(scope, black, format);
      Shape all = made.getShape();
      if (all.dimension() != 1 + axes
          || all.get(0) != n
          || made.getDataType() != DataType.FLOAT32) {
        throw new InvalidInputException(
            "%s.%s returns %s%s for %d images, not float32 (%5$d, %s)"
                .formatted(
                    name, input.output(), made.getDataType(), all, n, axes == 1 ? "d" : "C, H, W"),
            axes == 1
                ? "name an output with one feature vector per image"
                : "name an output with one latent per image");
      }
      return new Probe(format, Arrays.copyOfRange(all.getShape(), 1, 1 + axes));
    }
  }

  private float[] encode(NDManager scope, NDArray raw) {
    NDArray made = output(scope, raw, layout);
    if (!made.getShape().slice(1).equals(new Shape(shape))
        || made.getShape().get(0) != raw.getShape().get(0)) {
      throw new InvalidInputException(
          "%s returns %s for images %s".formatted(name, made.getShape(), raw.getShape()),
          "use a surrogate whose output has the same shape for every image");
    }
    return made.toFloatArray();
  }

  private NDArray output(NDManager scope, NDArray raw, NDArray format) {
    NDArray x = preparation.of(scope, raw, format);
    NDArray[] arguments = new NDArray[1 + parameters.length];
    arguments[0] = x;
    System.arraycopy(parameters, 0, arguments, 1, parameters.length);
    return output.of(scope, module, name, pass.precision(), arguments);
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    owner.close();
    if (parameters.length == 0) {
      module.close();
    }
  }
}
