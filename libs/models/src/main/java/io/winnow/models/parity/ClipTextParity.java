package io.winnow.models.parity;

import io.winnow.models.clip.ClipTextConfig;
import io.winnow.models.clip.ClipTextEncoder;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The text encoder of CLIP, transformers' CLIPTextModel. The configuration has the fields of its
 * {@code config.json}; without them {@code arch} names a published encoder, e.g. {@code
 * cliptext_l14_full}. Of {@code out.last_hidden_state} the first tokens may be recorded only.
 */
final class ClipTextParity implements ParityCheck {
  private static final Map<String, ClipTextConfig> PUBLISHED =
      Map.of("l14", ClipTextConfig.VIT_L_14, "b32", ClipTextConfig.VIT_B_32);

  @Override
  public String kind() {
    return "cliptext";
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    ClipTextConfig config = config(file);
    Tensor ids = file.tensor("in.ids");
    int length = (int) ids.shape()[1];
    config.requireFit(ids.longs(), length);
    ClipTextEncoder encoder = new ClipTextEncoder(config);
    Passes passes =
        new Passes(new EncoderPasses(torch, file.weights(encoder.parameters())), config);
    float[] last = passes.call("encode", ids);
    outputs.put(
        "out.last_hidden_state",
        file.has("out.last_hidden_state")
            ? first(last, ids.shape(), config.width(), file.tensor("out.last_hidden_state"))
            : last);
    outputs.put("out.pooled", passes.call("pooled", ids));
    outputs.put(
        "out.openai_pooled", passes.endingWith(ClipTextConfig.GREATEST).call("pooled", ids));
    int greatest = (int) Arrays.stream(ids.longs()).max().orElseThrow();
    outputs.put("out.pooled_eos", passes.endingWith(greatest).call("pooled", ids));
    Network network = encoder.hidden();
    List<float[]> hidden =
        passes.encoder().call(network, ClipTextEncoder.kernel(network), "hidden", ids);
    for (int i = 0; i < hidden.size(); i++) {
      outputs.put("out.hidden." + i, hidden.get(i));
    }
    if (file.has("out.short")) {
      int few = (int) file.tensor("out.short").shape()[1];
      outputs.put("out.short", passes.call("encode", shortened(ids, few)));
    }
  }

  private record Passes(EncoderPasses encoder, ClipTextConfig config) {
    float[] call(String function, Tensor ids) {
      Network network = new ClipTextEncoder(config).network();
      return encoder.call(network, ClipTextEncoder.kernel(network), function, ids).get(0);
    }

    Passes endingWith(int token) {
      return new Passes(encoder, config.endingWith(token));
    }
  }

  private static Tensor shortened(Tensor ids, int few) {
    int texts = (int) ids.shape()[0];
    int length = (int) ids.shape()[1];
    long[] kept = new long[texts * few];
    for (int text = 0; text < texts; text++) {
      System.arraycopy(ids.longs(), text * length, kept, text * few, few);
    }
    return Tensor.of(kept, texts, few);
  }

  private static float[] first(float[] last, long[] ids, int width, Tensor recorded) {
    int texts = (int) ids[0];
    int all = (int) ids[1] * width;
    int few = (int) Math.min(ids[1], recorded.shape()[1]) * width;
    float[] kept = new float[texts * few];
    for (int text = 0; text < texts; text++) {
      System.arraycopy(last, text * all, kept, text * few, few);
    }
    return kept;
  }

  private static ClipTextConfig config(GoldenFile file) {
    if (file.config().has("hidden_size")) {
      return new ClipTextConfig(
          file.setting("vocab_size").asInt(),
          file.setting("hidden_size").asInt(),
          file.setting("intermediate_size").asInt(),
          file.setting("num_hidden_layers").asInt(),
          file.setting("num_attention_heads").asInt(),
          file.setting("max_position_embeddings").asInt(),
          ClipTextConfig.activation(file.setting("hidden_act").asText()),
          file.setting("layer_norm_eps").asDouble(),
          file.setting("eos_token_id").asInt());
    }
    return Recorded.published(file, "hidden_size", PUBLISHED);
  }
}
