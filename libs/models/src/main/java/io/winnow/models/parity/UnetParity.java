package io.winnow.models.parity;

import com.fasterxml.jackson.core.type.TypeReference;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.parity.RecordedSampling.Variance;
import io.winnow.models.sample.Guidance;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.torch.engine.Torch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Winnow's U-Net against the same network in plain PyTorch. The configuration has the settings of
 * the model type {@code unet} by their own names, and besides {@code input_size}, {@code
 * in_channels}, {@code num_classes}, {@code cfg_scale} and {@code class_dropout_prob}.
 */
final class UnetParity implements ParityCheck {
  private static final List<String> AROUND =
      List.of("input_size", "in_channels", "num_classes", "cfg_scale", "class_dropout_prob");

  @Override
  public String kind() {
    return "unet";
  }

  @Override
  public void run(Torch torch, GoldenFile file, Map<String, float[]> outputs) {
    Map<String, Object> settings =
        new TreeMap<>(
            Json.mapper().convertValue(file.config(), new TypeReference<Map<String, Object>>() {}));
    settings.keySet().removeAll(AROUND);
    int size = file.setting("input_size").asInt();
    ExampleSpec example = ExampleSpec.latents(file.setting("in_channels").asInt(), size, size);
    DenoiserConfig config =
        DenoiserConfig.of(
            new ModelSpec("unet", null, settings), example, file.setting("num_classes").asInt());
    double guidance = file.config().path("cfg_scale").asDouble(2);
    try (DenoiserHarness harness =
        new DenoiserHarness(
            torch,
            config,
            NoiseSchedule.linear(),
            file.weights(config.parameters()),
            0,
            List.of())) {
      harness.forward(file, outputs);
      harness.train(file, file.config().path("class_dropout_prob").asDouble(0.1), outputs);
      Guidance scale = Guidance.constant(guidance);
      new RecordedSampling(harness, file, scale, scale, Variance.POSTERIOR, outputs).run();
    }
  }
}
