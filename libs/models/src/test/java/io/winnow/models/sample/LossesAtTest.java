package io.winnow.models.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.Seeds;
import io.winnow.contracts.spec.ModelSpec;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ExampleSpec;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.Prediction;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.ParameterTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Losses of ddpm-tiny at given timesteps and noise. */
class LossesAtTest {
  private static final int SIZE = 16;
  private static final int PIXELS = SIZE * SIZE;
  private static final DenoiserConfig MODEL =
      DenoiserConfig.of(ModelSpec.preset("ddpm-tiny"), ExampleSpec.pixels(1, SIZE, SIZE), 3);
  private static final long SEED = 11;
  private static final int[] LABELS = {0, 1, 2, 1, 0};
  private static final int[] TIMESTEPS = {0, 999, 500, 20, 730};

  private static Torch torch;
  private static Map<String, Tensor> weights;
  private static byte[] images;
  private static long[] seeds;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
    SplittableRandom random = new SplittableRandom(3);
    weights = new HashMap<>();
    for (ParameterTable.Parameter p : MODEL.parameters().parameters()) {
      float[] values = new float[p.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.2 * (random.nextDouble() - 0.5));
      }
      weights.put(
          p.name(), Tensor.of(values, p.shape().stream().mapToLong(Integer::longValue).toArray()));
    }
    images = new byte[LABELS.length * PIXELS];
    random.nextBytes(images);
    // those that startNoise takes for a plan of this seed
    seeds =
        IntStream.range(0, LABELS.length)
            .mapToLong(i -> Seeds.of(SEED, SamplerKernel.NOISE_NAME, i, -1))
            .toArray();
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static NoiseSchedule schedule(Prediction prediction) {
    return new NoiseSchedule(NoiseSchedule.Kind.LINEAR, 1000, prediction);
  }

  private static Denoiser denoiser(Prediction prediction) {
    return Denoiser.load(torch, MODEL, schedule(prediction), weights);
  }

  @ParameterizedTest
  @EnumSource(Prediction.class)
  void equalTheMeanSquaredErrorOfTheNoise(Prediction prediction) {
    try (Denoiser denoiser = denoiser(prediction);
        SamplerProbe probe = new SamplerProbe(torch, MODEL, schedule(prediction), weights)) {
      // given the noise that the seeds stand for, and the model's answer, image by image
      double[] signal = schedule(prediction).alphasCumprod();
      float[] noise = probe.startNoise(SamplingPlan.ddim(1, 1, LABELS.length, SEED), LABELS.length);
      double[] expected = new double[LABELS.length];
      for (int i = 0; i < LABELS.length; i++) {
        float[] x = new float[PIXELS];
        for (int p = 0; p < PIXELS; p++) {
          double x0 = (images[i * PIXELS + p] & 0xFF) / 127.5 - 1;
          x[p] =
              (float)
                  (Math.sqrt(signal[TIMESTEPS[i]]) * x0
                      + Math.sqrt(1 - signal[TIMESTEPS[i]]) * noise[i * PIXELS + p]);
        }
        float[] epsilon = probe.epsilon(x, TIMESTEPS[i], new int[] {LABELS[i]}, 1);
        for (int p = 0; p < PIXELS; p++) {
          double error = epsilon[p] - noise[i * PIXELS + p];
          expected[i] += error * error / PIXELS;
        }
      }

      // when
      float[] losses = denoiser.lossesAt(images, LABELS, TIMESTEPS, seeds);

      // then
      for (int i = 0; i < LABELS.length; i++) {
        assertThat((double) losses[i])
            .as("image " + i)
            .isCloseTo(expected[i], within(1e-4 * (1 + expected[i])));
      }
    }
  }

  @Test
  void anImagesLossDoesNotDependOnThoseBesideIt() {
    try (Denoiser denoiser = denoiser(Prediction.EPSILON)) {
      float[] together = denoiser.lossesAt(images, LABELS, TIMESTEPS, seeds);
      int n = LABELS.length;

      // when the batch is in another order
      byte[] turned = new byte[images.length];
      for (int i = 0; i < n; i++) {
        System.arraycopy(images, i * PIXELS, turned, (n - 1 - i) * PIXELS, PIXELS);
      }
      float[] again =
          denoiser.lossesAt(
              turned,
              IntStream.range(0, n).map(i -> LABELS[n - 1 - i]).toArray(),
              IntStream.range(0, n).map(i -> TIMESTEPS[n - 1 - i]).toArray(),
              IntStream.range(0, n).mapToLong(i -> seeds[n - 1 - i]).toArray());

      // then each keeps its loss
      for (int i = 0; i < n; i++) {
        assertThat(again[n - 1 - i]).isCloseTo(together[i], within(1e-5f * (1 + together[i])));
      }
      // and the same batch has the same bits
      assertThat(denoiser.lossesAt(images, LABELS, TIMESTEPS, seeds)).isEqualTo(together);
    }
  }

  @Test
  void everyImageHasATimestepOfTheSchedule() {
    try (Denoiser denoiser = denoiser(Prediction.EPSILON)) {
      int[] beyond = TIMESTEPS.clone();
      beyond[2] = 1000;

      assertThatThrownBy(() -> denoiser.lossesAt(images, LABELS, beyond, seeds))
          .hasMessageContaining("timestep 1000 of 1000");
      assertThatThrownBy(
              () -> denoiser.lossesAt(images, LABELS, Arrays.copyOf(TIMESTEPS, 4), seeds))
          .hasMessageContaining("4 timesteps");
    }
  }
}
