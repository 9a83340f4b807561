package io.winnow.models.parity;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.dinov2.DinoConfig;
import io.winnow.models.dinov2.DinoEncoder;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Network;
import java.util.List;
import java.util.Map;

/**
 * The encoder of DINOv2. The configuration has the arguments of its {@code DinoVisionTransformer};
 * without them {@code arch} names a published encoder, e.g. {@code dinov2_s14_full}. An image may
 * be called {@code in.image} or {@code in.x}, a second one of another size {@code in.image2}.
 */
final class DinoParity implements ParityCheck {
  private static final Map<String, DinoConfig> PUBLISHED =
      Map.of(
          "s14", DinoConfig.VIT_S_14,
          "b14", DinoConfig.VIT_B_14,
          "l14", DinoConfig.VIT_L_14);

  // the part of an image that out.cls_other_size is of
  private static final int PART_HEIGHT = 196;
  private static final int PART_WIDTH = 168;

  @Override
  public String kind() {
    return "dinov2";
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    DinoConfig config = config(file);
    DinoEncoder encoder = new DinoEncoder(config, config.resolution(), config.resolution());
    Passes passes =
        new Passes(new EncoderPasses(torch, file.weights(encoder.parameters())), config);
    for (String image : List.of("in.image", "in.x")) {
      if (file.has(image)) {
        encode(passes, file, file.tensor(image), outputs);
      }
    }
    if (file.has("in.image2")) {
      Tensor image = file.tensor("in.image2");
      float[] tokens = passes.call("tokens", image);
      outputs.put("out.cls2", passes.call("features", image));
      outputs.put("out.patch2", passes.patches(tokens, 1));
      outputs.put("out.pos2", passes.positions(image));
    }
  }

  private static void encode(
      Passes passes, GoldenFile file, Tensor image, Map<String, float[]> outputs) {
    int images = (int) image.shape()[0];
    outputs.put("out.cls", passes.call("features", image));
    outputs.put("out.patch", passes.patches(passes.call("tokens", image), images));
    List<float[]> blocks = passes.blocks(image);
    for (int i = 0; i < blocks.size(); i++) {
      outputs.put("out.blocks." + i, blocks.get(i));
    }
    outputs.put("out.prenorm", blocks.get(blocks.size() - 1));
    if (file.has("in.masks")) {
      float[] masked = passes.call("masked", image, file.tensor("in.masks"));
      outputs.put("out.cls_masked", passes.classTokens(masked, images));
    }
    if (file.has("out.cls_other_size")) {
      outputs.put("out.cls_other_size", passes.call("features", part(image)));
    }
  }

  private record Passes(EncoderPasses encoder, DinoConfig config) {
    float[] call(String function, Tensor image, Tensor... more) {
      Network network = of(image).network();
      Tensor[] inputs = more.length == 0 ? new Tensor[] {image} : new Tensor[] {image, more[0]};
      return encoder.call(network, DinoEncoder.kernel(network), function, inputs).get(0);
    }

    float[] positions(Tensor image) {
      Network network = of(image).network();
      return encoder.call(network, DinoEncoder.kernel(network), "position_table").get(0);
    }

    List<float[]> blocks(Tensor image) {
      Network network = of(image).blocks();
      return encoder.call(network, DinoEncoder.kernel(network), "blocks", image);
    }

    private DinoEncoder of(Tensor image) {
      return new DinoEncoder(config, (int) image.shape()[2], (int) image.shape()[3]);
    }

    float[] classTokens(float[] tokens, int images) {
      return cut(tokens, images, 0, config.width());
    }

    float[] patches(float[] tokens, int images) {
      return cut(tokens, images, config.width(), tokens.length / images - config.width());
    }

    private static float[] cut(float[] tokens, int images, int from, int count) {
      float[] kept = new float[images * count];
      for (int i = 0; i < images; i++) {
        System.arraycopy(tokens, i * (tokens.length / images) + from, kept, i * count, count);
      }
      return kept;
    }
  }

  private static Tensor part(Tensor image) {
    int planes = (int) (image.shape()[0] * image.shape()[1]);
    int height = (int) image.shape()[2];
    int width = (int) image.shape()[3];
    if (height < PART_HEIGHT || width < PART_WIDTH) {
      throw new InvalidInputException(
          "images of %d×%d have no part of %d×%d".formatted(height, width, PART_HEIGHT, PART_WIDTH),
          "record out.cls_other_size of larger images");
    }
    float[] pixels = image.floats();
    float[] kept = new float[planes * PART_HEIGHT * PART_WIDTH];
    for (int row = 0; row < planes * PART_HEIGHT; row++) {
      int from = (row / PART_HEIGHT * height + row % PART_HEIGHT) * width;
      System.arraycopy(pixels, from, kept, row * PART_WIDTH, PART_WIDTH);
    }
    return Tensor.of(kept, image.shape()[0], image.shape()[1], PART_HEIGHT, PART_WIDTH);
  }

  private static DinoConfig config(GoldenFile file) {
    if (!file.config().has("embed_dim")) {
      return Recorded.published(file, "embed_dim", PUBLISHED);
    }
    if (file.config().path("num_register_tokens").asInt() != 0
        || file.config().path("interpolate_antialias").asBoolean()) {
      throw new InvalidInputException(
          "DINOv2 with register tokens or with antialiased positions is not implemented",
          "record a network with \"num_register_tokens\": 0 and \"interpolate_antialias\": false");
    }
    return new DinoConfig(
        file.setting("img_size").asInt(),
        file.setting("patch_size").asInt(),
        file.setting("embed_dim").asInt(),
        file.setting("depth").asInt(),
        file.setting("num_heads").asInt(),
        file.setting("interpolate_offset").asDouble());
  }
}
