package io.winnow.models.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.models.vision.InceptionV3;
import io.winnow.models.vision.VisionArchitecture;
import io.winnow.models.vision.VisionNetwork;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An image network: its features, its logits and the mean over each block's pixels. The images are
 * {@code in.x}, N×3×H×W, as the network takes them or, if uint8, divided by 255 and normalised by
 * {@code mean} and {@code std} (by default both ½); or {@code images} of {@code size} by the file's
 * formula. {@code small_images} more are of 32×32 and resized to {@code size}.
 */
final class VisionParity implements ParityCheck {
  private static final int SMALL = 32;
  private static final int CHANNELS = 3;
  // whose outputs pytorch-fid numbers; the last is the features
  private static final List<String> FID_BLOCKS =
      List.of("maxpool1", "maxpool2", "Mixed_6e", "features");

  private final String kind;
  private final Function<GoldenFile, VisionArchitecture> architecture;

  private VisionParity(String kind, Function<GoldenFile, VisionArchitecture> architecture) {
    this.kind = kind;
    this.architecture = architecture;
  }

  /** A kind whose only setting is {@code num_classes}, 1000 by default. */
  static VisionParity of(String kind, Function<Integer, VisionArchitecture> architecture) {
    return new VisionParity(kind, file -> architecture.apply(classes(file, 1000)));
  }

  /** torchvision's Inception-v3, for images in [−1, 1]. */
  static VisionParity inception() {
    return new VisionParity(
        "inception_v3",
        file -> {
          if (file.config().path("transform_input").asBoolean()) {
            throw new InvalidInputException(
                "\"transform_input\" is true, and Winnow's network takes images in [−1, 1]",
                "record the network with transform_input=False");
          }
          return new InceptionV3(
              classes(file, 1000),
              file.config().path("aux_logits").asBoolean(true),
              InceptionV3.Pooling.TORCHVISION);
        });
  }

  /** pytorch-fid's Inception-v3. */
  static VisionParity fidInception() {
    return new VisionParity("fid_inception_v3", file -> InceptionV3.fid(classes(file, 1008)));
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    Tensor images = images(file);
    long[] shape = images.shape();
    VisionNetwork vision =
        VisionNetwork.of(architecture.apply(file), (int) shape[2], (int) shape[3]);
    try (NDManager scope = torch.newScope()) {
      Network network = vision.network();
      ParameterBuckets weights =
          ParameterBuckets.upload(
              "weights", scope, network.parameters(), file.weights(network.parameters()), "");
      Calls calls = new Calls(torch.kernel(vision.kernel()), scope, weights, vision.blocks());
      NDArray x = scope.create(images.floats(), new Shape(shape));
      calls.blocks(x, "out.channel_mean.", "out.features", outputs);
      outputs.put("out.logits", calls.call("logits", x).get(0).toFloatArray());
      int small = file.config().path("small_images").asInt(0);
      if (small > 0) {
        Tensor more = drawn(file, file.config().path("images").asInt(0), small, SMALL, SMALL);
        NDArray resized = calls.resized(scope.create(more.floats(), new Shape(more.shape())));
        Map<String, float[]> made = new HashMap<>();
        calls.blocks(resized, "", "features", made);
        outputs.put("out.small.features", made.get("features"));
        for (int i = 0; i < FID_BLOCKS.size(); i++) {
          if (made.containsKey(FID_BLOCKS.get(i))) {
            outputs.put("out.block%d.channel_mean".formatted(i), made.get(FID_BLOCKS.get(i)));
          }
        }
      }
    }
  }

  private static int classes(GoldenFile file, int otherwise) {
    int classes = file.config().path("num_classes").asInt(otherwise);
    if (classes < 1) {
      throw new InvalidInputException("\"num_classes\" is " + classes, "record at least 1");
    }
    return classes;
  }

  private static Tensor images(GoldenFile file) {
    if (file.has("in.x")) {
      Tensor x = file.tensor("in.x");
      if (x.shape().length != 4 || x.shape()[1] != CHANNELS) {
        throw new InvalidInputException("\"in.x\" is not N×3×H×W", "record colour images");
      }
      return x.dtype() == DType.U8 ? normalised(file, x.bytes(), x.shape()) : x;
    }
    JsonNode size = file.setting("size");
    int images = file.setting("images").asInt();
    if (images < 1 || size.size() != 2) {
      throw new InvalidInputException(
          "%d images of size %s".formatted(images, size),
          "record \"images\" and \"size\": [height, width]");
    }
    return drawn(file, 0, images, size.get(0).asInt(), size.get(1).asInt());
  }

  private static Tensor drawn(GoldenFile file, int first, int count, int height, int width) {
    int each = CHANNELS * height * width;
    byte[] all = new byte[count * each];
    for (int i = 0; i < count; i++) {
      byte[] image = file.formula().image(first + i, height, width);
      System.arraycopy(image, 0, all, i * each, each);
    }
    return normalised(file, all, new long[] {count, CHANNELS, height, width});
  }

  private static Tensor normalised(GoldenFile file, byte[] bytes, long[] shape) {
    int pixels = Math.toIntExact(shape[2] * shape[3]);
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      int channel = i / pixels % CHANNELS;
      float mean = (float) file.config().path("mean").path(channel).asDouble(0.5);
      float deviation = (float) file.config().path("std").path(channel).asDouble(0.5);
      values[i] = ((bytes[i] & 0xFF) / 255f - mean) / deviation;
    }
    return Tensor.of(values, shape);
  }

  /** The network's functions. */
  private record Calls(
      ScriptModule module, NDManager scope, ParameterBuckets weights, List<String> names) {

    NDList call(String function, NDArray x) {
      return module.call(scope, function, Gradients.NONE, Arguments.none().add(x).add(weights));
    }

    NDArray resized(NDArray x) {
      return module.call(scope, "resized", Gradients.NONE, Arguments.none().add(x)).get(0);
    }

    void blocks(NDArray x, String prefix, String features, Map<String, float[]> outputs) {
      NDList made = call("blocks", x);
      for (int i = 0; i < names.size(); i++) {
        outputs.put(prefix + names.get(i), means(made.get(i)));
      }
      outputs.put(features, made.get(names.size()).toFloatArray());
    }

    private static float[] means(NDArray block) {
      Shape shape = block.getShape();
      int pixels = Math.toIntExact(shape.get(2) * shape.get(3));
      float[] values = block.toFloatArray();
      float[] means = new float[values.length / pixels];
      for (int i = 0; i < means.length; i++) {
        double sum = 0;
        for (int j = i * pixels; j < (i + 1) * pixels; j++) {
          sum += values[j];
        }
        means[i] = (float) (sum / pixels);
      }
      return means;
    }
  }
}
