package io.winnow.models.parity;

import io.winnow.models.clip.ClipImageConfig;
import io.winnow.models.clip.ClipImageEncoder;
import io.winnow.models.clip.ClipImages;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Network;
import java.util.List;
import java.util.Map;

/**
 * The image encoder of openai/CLIP. The configuration has the arguments of its {@code
 * VisionTransformer}; without them {@code arch} names a published encoder, e.g. {@code
 * clipimage_b32_full}. An image may be called {@code in.image} or {@code in.x}; {@code in.photo},
 * 8-bit H×W×3, is prepared for an encoder of {@code n_px} pixels.
 */
final class ClipImageParity implements ParityCheck {
  private static final Map<String, ClipImageConfig> PUBLISHED =
      Map.of(
          "b32", ClipImageConfig.VIT_B_32,
          "b16", ClipImageConfig.VIT_B_16,
          "l14", ClipImageConfig.VIT_L_14);

  @Override
  public String kind() {
    return "clipimage";
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    ClipImageEncoder encoder = new ClipImageEncoder(config(file));
    EncoderPasses passes = new EncoderPasses(torch, file.weights(encoder.parameters()));
    for (String image : List.of("in.image", "in.x")) {
      if (file.has(image)) {
        encode(passes, encoder, file.tensor(image), outputs);
      }
    }
    if (file.has("in.photo")) {
      Tensor photo = file.tensor("in.photo");
      int height = (int) photo.shape()[0];
      int width = (int) photo.shape()[1];
      int size = file.setting("n_px").asInt();
      outputs.put("out.preprocessed", ClipImages.prepare(photo.bytes(), height, width, size));
    }
  }

  private static void encode(
      EncoderPasses passes, ClipImageEncoder encoder, Tensor image, Map<String, float[]> outputs) {
    Network network = encoder.network();
    for (String function : List.of("features", "normalised")) {
      outputs.put(
          "out." + function,
          passes.call(network, ClipImageEncoder.kernel(network), function, image).get(0));
    }
    Network blocks = encoder.blocks();
    List<float[]> kept = passes.call(blocks, ClipImageEncoder.kernel(blocks), "blocks", image);
    outputs.put("out.ln_pre", kept.get(0));
    for (int i = 0; i < encoder.config().layers(); i++) {
      outputs.put("out.blocks." + i, kept.get(i + 1));
    }
    outputs.put("out.ln_post", kept.get(kept.size() - 1));
  }

  private static ClipImageConfig config(GoldenFile file) {
    if (file.config().has("width")) {
      return new ClipImageConfig(
          file.setting("input_resolution").asInt(),
          file.setting("patch_size").asInt(),
          file.setting("width").asInt(),
          file.setting("layers").asInt(),
          file.setting("heads").asInt(),
          file.setting("output_dim").asInt());
    }
    return Recorded.published(file, "width", PUBLISHED);
  }
}
