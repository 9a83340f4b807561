package io.winnow.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.winnow.contracts.Json;
import io.winnow.models.autoencoder.AutoencoderConfig;
import io.winnow.models.autoencoder.AutoencoderNetworks;
import io.winnow.models.autoencoder.Posterior;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The AutoencoderKL of diffusers. The configuration has the fields of its {@code config.json};
 * without them it is the autoencoder of Stable Diffusion 1.x. An image may be called {@code
 * in.image} or {@code in.x}.
 */
final class AutoencoderParity implements ParityCheck {
  private static final List<String> AROUND = List.of("image", "salt", "gain");
  private static final AutoencoderConfig STABLE_DIFFUSION =
      new AutoencoderConfig(3, 3, List.of(128, 256, 512, 512), 2, 4, 32, 0.18215, true, true, true);

  @Override
  public String kind() {
    return "sdvae";
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    AutoencoderConfig config = config(file);
    EncoderPasses encoder = new EncoderPasses(torch, file.weights(config.parameters()));
    Passes passes = new Passes(encoder, config, outputs);
    for (String image : List.of("in.image", "in.x")) {
      if (file.has(image)) {
        encode(passes, file, file.tensor(image));
      }
    }
    if (file.has("in.z")) {
      Tensor z = file.tensor("in.z");
      outputs.put("out.decode", passes.decode(z));
      passes.blocks("decoder", z);
    }
    if (file.has("in.clamp_moments")) {
      Tensor moments = file.tensor("in.clamp_moments");
      Posterior clamped = Posterior.of(moments.floats(), (int) moments.shape()[0]);
      outputs.put("out.clamp_logvar", clamped.logVariance());
      outputs.put("out.clamp_std", clamped.deviation());
    }
  }

  private static void encode(Passes passes, GoldenFile file, Tensor image) {
    int samples = (int) image.shape()[0];
    Map<String, float[]> outputs = passes.outputs();
    float[] moments = passes.moments(image);
    Posterior posterior = Posterior.of(moments, samples);
    outputs.put("out.moments", moments);
    outputs.put("out.mean", posterior.mean());
    outputs.put("out.logvar", posterior.logVariance());
    outputs.put("out.std", posterior.deviation());
    outputs.put("out.kl", posterior.divergence(samples));
    if (file.has("in.noise")) {
      float[] sample = posterior.sample(file.tensor("in.noise").floats());
      float[] scaled = new float[sample.length];
      for (int i = 0; i < sample.length; i++) {
        scaled[i] = (float) (sample[i] * passes.config().scalingFactor());
      }
      outputs.put("out.sample", sample);
      outputs.put("out.scaled", scaled);
    }
    int factor = passes.config().factor();
    long[] shape = image.shape();
    outputs.put(
        "out.reconstruction",
        passes.decode(
            Tensor.of(
                posterior.mean(),
                samples,
                passes.config().latentChannels(),
                shape[2] / factor,
                shape[3] / factor)));
    passes.blocks("encoder", image);
  }

  private static AutoencoderConfig config(GoldenFile file) {
    JsonNode recorded = file.config();
    ObjectNode config = Json.mapper().createObjectNode();
    recorded.fields().forEachRemaining(field -> config.set(field.getKey(), field.getValue()));
    config.remove(AROUND);
    return config.isEmpty() ? STABLE_DIFFUSION : AutoencoderConfig.of(config, "\"config\"");
  }

  /** The networks' functions, called with recorded tensors. */
  private record Passes(
      EncoderPasses encoder, AutoencoderConfig config, Map<String, float[]> outputs) {

    float[] moments(Tensor image) {
      long[] shape = image.shape();
      Network network = networks().encoder((int) shape[2], (int) shape[3]);
      return call(network, "moments", image).get(0);
    }

    float[] decode(Tensor z) {
      return call(networks().decoder(pixels(z, 2), pixels(z, 3)), "decode", z).get(0);
    }

    void blocks(String part, Tensor x) {
      boolean first = part.equals("encoder");
      Network network =
          first
              ? networks().blocks(part, (int) x.shape()[2], (int) x.shape()[3])
              : networks().blocks(part, pixels(x, 2), pixels(x, 3));
      List<float[]> made = call(network, "blocks", x);
      List<String> names = new ArrayList<>(List.of("conv_in"));
      if (first) {
        levels("down_blocks.", names);
        names.addAll(List.of("mid_block", "conv_out"));
      } else {
        names.add("mid_block");
        levels("up_blocks.", names);
      }
      for (int i = 0; i < names.size(); i++) {
        outputs.put("out.blocks." + part + "." + names.get(i), made.get(i));
      }
    }

    private void levels(String prefix, List<String> names) {
      for (int level = 0; level < config.widths().size(); level++) {
        names.add(prefix + level);
      }
    }

    private int pixels(Tensor z, int axis) {
      return (int) z.shape()[axis] * config.factor();
    }

    private AutoencoderNetworks networks() {
      return new AutoencoderNetworks(config, NetworkOptions.DEFAULT);
    }

    private List<float[]> call(Network network, String function, Tensor x) {
      return encoder.call(network, AutoencoderNetworks.kernel(network), function, x);
    }
  }
}
