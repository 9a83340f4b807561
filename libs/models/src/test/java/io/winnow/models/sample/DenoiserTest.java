package io.winnow.models.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.contracts.InvalidInputException;
import io.winnow.models.TinyModel;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.denoiser.ValueRange;
import io.winnow.models.train.DenoiserTrainer;
import io.winnow.models.train.NoiseSchedule;
import io.winnow.models.train.TrainingPlan;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenoiserTest {
  private static final int[] LABELS = TinyModel.labels(6);

  private static Torch torch;
  private static Map<String, Tensor> weights;
  private static Denoiser denoiser;
  private static Denoiser onLatents;
  private static SamplerProbe probe;
  private static SamplerProbe latentProbe;

  @BeforeAll
  static void train() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
    TrainingPlan plan = TinyModel.plan(Precision.FLOAT32, 1);
    int[] labels = TinyModel.labels(24);
    byte[] images = TinyModel.images(labels, 2);
    try (DenoiserTrainer trainer = DenoiserTrainer.create(torch, plan)) {
      for (int step = 0; step < 300; step++) {
        trainer.step(step, images, labels, TinyModel.ones(labels.length));
      }
      weights = trainer.emaWeights();
    }
    denoiser = Denoiser.load(torch, TinyModel.MODEL, NoiseSchedule.linear(), weights);
    DenoiserConfig latents =
        TinyModel.MODEL.with(TinyModel.MODEL.example().with(ValueRange.LATENTS));
    onLatents = Denoiser.load(torch, latents, NoiseSchedule.linear(), weights);
    probe = new SamplerProbe(torch, TinyModel.MODEL, NoiseSchedule.linear(), weights);
    latentProbe = new SamplerProbe(torch, latents, NoiseSchedule.linear(), weights);
  }

  @AfterAll
  static void stop() {
    denoiser.close();
    probe.close();
    latentProbe.close();
    onLatents.close();
    torch.close();
  }

  @Test
  void samplesLookLikeTheirClass() {
    // when images of each class are drawn
    byte[] images = denoiser.sample(SamplingPlan.ddim(25, 2, 8, 3), LABELS);

    // then the rows that make the class are the bright ones
    for (int i = 0; i < LABELS.length; i++) {
      double bright = 0;
      double dark = 0;
      for (int pixel = 0; pixel < 64; pixel++) {
        int value = images[i * 64 + pixel] & 0xFF;
        boolean own = Math.min(2, pixel / 8 / 3) == LABELS[i];
        bright += own ? value : 0;
        dark += own ? 0 : value;
      }
      int ownPixels = LABELS[i] == 2 ? 16 : 24;
      assertThat(bright / ownPixels).as("image " + i).isGreaterThan(2 * dark / (64 - ownPixels));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2.5})
  void equalsDdimInFloat64(double guidance) {
    // given a plan without fresh noise, and the noise it starts from
    SamplingPlan plan = SamplingPlan.ddim(7, guidance, LABELS.length, 5);
    double[] x = doubles(probe.startNoise(plan, LABELS.length));
    NoiseSchedule schedule = NoiseSchedule.linear();
    double[] signal = schedule.alphasCumprod();

    // when the textbook's update follows the model's own ε
    for (int k = 6; k >= 0; k--) {
      int t = (k + 1) * 1000 / 7 - 1;
      double here = signal[t];
      double next = k == 0 ? 1 : signal[k * 1000 / 7 - 1];
      float[] epsilon = probe.epsilon(floats(x), t, LABELS, guidance);
      for (int i = 0; i < x.length; i++) {
        double image =
            Math.max(-1, Math.min(1, (x[i] - Math.sqrt(1 - here) * epsilon[i]) / Math.sqrt(here)));
        double direction = (x[i] - Math.sqrt(here) * image) / Math.sqrt(1 - here);
        x[i] = Math.sqrt(next) * image + Math.sqrt(1 - next) * direction;
      }
    }

    // then the sampler drew the same images
    byte[] images = denoiser.sample(plan, LABELS);
    for (int i = 0; i < x.length; i++) {
      double expected = Math.max(0, Math.min(255, (x[i] + 1) * 127.5));
      assertThat((double) (images[i] & 0xFF)).isCloseTo(expected, within(0.6));
    }
  }

  @Test
  void latentsAreDdimInFloat64WithoutClipping() {
    // given
    SamplingPlan plan = SamplingPlan.ddim(7, 1, LABELS.length, 5);
    double[] x = doubles(latentProbe.startNoise(plan, LABELS.length));
    double[] signal = NoiseSchedule.linear().alphasCumprod();

    // when the textbook's update follows the model's own ε, without a bound of x̂0
    for (int k = 6; k >= 0; k--) {
      int t = (k + 1) * 1000 / 7 - 1;
      double here = signal[t];
      double next = k == 0 ? 1 : signal[k * 1000 / 7 - 1];
      float[] epsilon = latentProbe.epsilon(floats(x), t, LABELS, 1);
      for (int i = 0; i < x.length; i++) {
        double latent = (x[i] - Math.sqrt(1 - here) * epsilon[i]) / Math.sqrt(here);
        x[i] = Math.sqrt(next) * latent + Math.sqrt(1 - next) * epsilon[i];
      }
    }

    // then the sampler drew the same, beyond [−1, 1] too
    byte[] drawn = onLatents.sample(plan, LABELS);
    FloatBuffer latents = ByteBuffer.wrap(drawn).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    assertThat(latents.remaining()).isEqualTo(x.length);
    double largest = Arrays.stream(x).map(Math::abs).max().orElseThrow();
    assertThat(largest).isGreaterThan(1.05);
    for (int i = 0; i < x.length; i++) {
      assertThat((double) latents.get(i)).isCloseTo(x[i], within(1e-3 * largest));
    }
    // and a list drawn in pieces gives the same latents
    assertThat(onLatents.sample(plan, Arrays.copyOfRange(LABELS, 4, 6), 4))
        .isEqualTo(Arrays.copyOfRange(drawn, 4 * 256, 6 * 256));
  }

  @Test
  void lossesOfLatentsAreThoseOfThePixelsTheyEqual() {
    // given images as bytes, and as the floats that the kernel makes of bytes
    byte[] pixels = TinyModel.images(LABELS, 4);
    ByteBuffer floats = ByteBuffer.allocate(4 * pixels.length).order(ByteOrder.LITTLE_ENDIAN);
    for (byte pixel : pixels) {
      floats.putFloat((pixel & 0xFF) / 127.5f - 1f);
    }
    int[] t = {0, 10, 100, 500, 800, 999};
    long[] seeds = {1, 2, 3, 4, 5, 6};

    // when losses of both are taken
    float[] losses = onLatents.losses(7, floats.array(), LABELS);
    float[] lossesAt = onLatents.lossesAt(floats.array(), LABELS, t, seeds);

    // then they are equal
    assertThat(losses).containsExactly(denoiser.losses(7, pixels, LABELS));
    assertThat(lossesAt).containsExactly(denoiser.lossesAt(pixels, LABELS, t, seeds));
  }

  @Test
  void aStepWithAllNoiseIsDdpmsPosterior() {
    // given the ancestral sampler's coefficients
    NoiseSchedule schedule = NoiseSchedule.linear();
    double[] signal = schedule.alphasCumprod();
    SamplingPlan plan = SamplingPlan.ddpm(1000, 1, 1, 0);

    for (SamplerStep step : Samplers.steps(schedule, plan)) {
      int t = step.timestep();
      double next = t == 0 ? 1 : signal[t - 1];
      double beta = 1 - signal[t] / next;
      double x = 0.7;
      double image = -0.3;
      // when the mean is taken in DDIM's form
      double noise = (x - step.signal() * image) / step.spread();
      double mean = step.nextSignal() * image + step.direction() * noise;

      // then it is that of Ho et al., eq. 7
      double expected =
          Math.sqrt(next) * beta / (1 - signal[t]) * image
              + Math.sqrt(1 - beta) * (1 - next) / (1 - signal[t]) * x;
      assertThat(mean).isCloseTo(expected, within(1e-9));
      assertThat(step.sigma() * step.sigma())
          .isCloseTo((1 - next) / (1 - signal[t]) * beta, within(1e-12));
    }
  }

  @Test
  void theSameSeedGivesTheSameBytesHoweverManyAreDrawn() {
    // given noise in every step
    SamplingPlan plan = SamplingPlan.ddim(5, 1, 1.5, 4, 9);
    byte[] all = denoiser.sample(plan, LABELS);

    // then a repetition, a shorter list and a list drawn in pieces give the same images
    assertThat(denoiser.sample(plan, LABELS)).isEqualTo(all);
    assertThat(denoiser.sample(plan, Arrays.copyOf(LABELS, 3)))
        .isEqualTo(Arrays.copyOf(all, 3 * 64));
    assertThat(denoiser.sample(plan, Arrays.copyOfRange(LABELS, 4, 6), 4))
        .isEqualTo(Arrays.copyOfRange(all, 4 * 64, 6 * 64));

    // and another seed does not
    assertThat(denoiser.sample(SamplingPlan.ddim(5, 1, 1.5, 4, 10), LABELS)).isNotEqualTo(all);
  }

  @Test
  void namesWhatCannotBeSampled() {
    assertThatThrownBy(() -> denoiser.sample(SamplingPlan.ddim(5, 1, 4, 0), new int[] {0, 4}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("class 4");
    assertThatThrownBy(() -> denoiser.sample(SamplingPlan.ddim(1001, 1, 4, 0), LABELS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1001 steps from a schedule of 1000");
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }
}
