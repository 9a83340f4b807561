package io.winnow.models.dit;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.models.architecture.Architectures;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.Objective;
import io.winnow.models.train.StepResult;
import io.winnow.models.train.TrainingPlan;
import io.winnow.store.tensor.ShardedSafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.AdamSettings;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DiT-XL/2 as a whole: 675,129,632 parameters, 2.7 GB, and four times that in training. */
@Tag("thorough")
class DitXlTest {
  private static final long PARAMETERS = 675_129_632;
  private static final long MOST_MEMORY = 20L << 30;

  @TempDir private Path folder;

  @Test
  void isInitialisedTrainedSavedAndLoadedWithin20Gibibytes() throws IOException {
    // given the published configuration: latents of 4×32×32, 1000 classes
    ExampleSpec example = ExampleSpec.latents(4, 32, 32);
    DenoiserConfig model = DenoiserConfig.of(Architectures.preset("dit-xl/2"), example, 1000);
    TrainingPlan plan =
        new TrainingPlan(
            model,
            NoiseSchedule.linear(),
            new Objective(0, 0.1),
            new AdamSettings(1e-4, 0.9, 0.999, 0, 0, 0, 1, 1, 0.9999),
            Precision.FLOAT32,
            0,
            1);
    assertThat(model.parameters().size()).isEqualTo(PARAMETERS);
    assertThat(model.parameters().buckets()).hasSizeGreaterThan(1);
    byte[] latent = new byte[example.bytes()];
    new SplittableRandom(1).nextBytes(latent);
    for (int i = 3; i < latent.length; i += 4) {
      latent[i] = (byte) (0x3E + (latent[i] & 0x81)); // floats of about 0.1 to 0.6, either sign
    }
    Path index = folder.resolve("model.safetensors.index.json");

    try (Torch torch = Torch.start(TorchSettings.cpu());
        DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      // when it does a step and is saved
      StepResult result = trainer.step(0, latent, new int[] {7}, new float[] {1});
      assertThat(result.meanLoss()).as("the network begins at 0").isBetween(0.8, 1.2);
      ShardedSafeTensors.write(index, trainer.weights(), Map.of(), 1_000_000_000L);
    }

    // then it is read again, shard by shard, with what the step has moved
    Map<String, Tensor> read = ShardedSafeTensors.map(index, "the index");
    assertThat(read.values().stream().mapToLong(Tensor::elements).sum()).isEqualTo(PARAMETERS);
    FloatBuffer last = read.get("final_layer.linear.weight").data().asFloatBuffer();
    boolean moved = false;
    while (last.hasRemaining()) {
      moved |= last.get() != 0;
    }
    assertThat(moved).isTrue();
    assertThat(read.get("pos_embed").floats()).containsExactly(Positions.table(16, 16, 1152));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(f -> f.toString().endsWith(".safetensors"))).hasSize(3);
    }
    assertThat(peakMemory()).isLessThan(MOST_MEMORY);
  }

  // VmHWM of /proc/self/status, in bytes; 0 where there is none
  private static long peakMemory() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    }
  }
}
