package io.winnow.models.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.datasets.ImageShape;
import io.winnow.models.autoencoder.AutoencoderConfig;
import io.winnow.models.autoencoder.AutoencoderNetworks;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.store.tensor.DType;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latents by an AutoencoderKL's weights in the store, and back. */
class AutoencoderKlLatentsTest {
  private static final String CONFIG =
      """
      {"block_out_channels": [16, 32], "down_block_types": ["DownEncoderBlock2D",
       "DownEncoderBlock2D"], "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"],
       "norm_num_groups": 4, "latent_channels": 2, "scaling_factor": 0.25}
      """;

  private static final ImageShape SHAPE = new ImageShape(2, 4, 4, DType.F32);
  private static final ObjectRef OBJECT =
      new ObjectRef("autoencoders/vae.safetensors", "ab".repeat(32), 1, null);

  private static Torch torch;
  private static AutoencoderConfig config;
  private static Map<String, Tensor> weights;
  private static Path file;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws Exception {
    torch = Torch.start(new TorchSettings(1, "cpu"));
    config = AutoencoderConfig.of(Json.mapper().readTree(CONFIG), "config");
    weights = config.parameters().initial(4);
    file = folder.resolve("vae.safetensors");
    SafeTensors.write(file, weights, Map.of("config", CONFIG));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static LatentSpace space(int taken, int shown, Precision precision) {
    List<Double> half = Collections.nCopies(taken, 0.5);
    return new LatentSpace(
        LatentSpec.AutoencoderType.AUTOENCODER_KL,
        OBJECT,
        new SurrogateInput(8, taken, half, half, LatentSpace.ENCODE),
        LatentSpace.DECODE,
        new InferenceOptions(4, precision),
        config.scalingFactor(),
        shown);
  }

  private static float[] computed(Network network, String function, float[] x, Shape shape) {
    try (NDManager scope = torch.newScope()) {
      Arguments arguments =
          Arguments.none()
              .add(scope.create(x, shape))
              .add(ParameterBuckets.upload("w", scope, network.parameters(), weights, ""));
      return torch
          .kernel(AutoencoderNetworks.kernel(network))
          .call(scope, function, Gradients.NONE, arguments)
          .head()
          .toFloatArray();
    }
  }

  @Test
  void encodesTheMeanAndDecodesToPictures() {
    // given seven images, four at a time
    LatentSpace space = space(3, 3, Precision.FLOAT32);
    AutoencoderNetworks networks = new AutoencoderNetworks(config, NetworkOptions.DEFAULT);
    byte[] images = LatentDecoderTest.noise(7 * 3 * 64);
    float[] x = new float[images.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = (images[i] & 0xFF) / 127.5f - 1;
    }

    // when
    float[] latents;
    try (Surrogate encoder = Latents.encoder(torch, file, space)) {
      assertThat(encoder.shape()).containsExactly(2, 4, 4);
      latents = encoder.features(images, 7, 3, 8, 8);
    }

    // then the latents are the posterior's means
    float[] moments = computed(networks.encoder(8, 8), "moments", x, new Shape(7, 3, 8, 8));
    for (int i = 0; i < latents.length; i++) {
      float mean = moments[i / 32 * 64 + i % 32];
      assertThat(latents[i]).isCloseTo(mean, within(2e-5f));
    }
    // and a picture is what the decoder gives for the latent divided by the scale
    float[] decoded = computed(networks.decoder(8, 8), "decode", latents, new Shape(7, 2, 4, 4));
    ByteBuffer scaled = ByteBuffer.allocate(4 * latents.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : latents) {
      scaled.putFloat((float) (value * 0.25));
    }
    try (LatentDecoder decoder = LatentDecoder.open(torch, file, space, SHAPE)) {
      byte[] pictures = decoder.pictures(scaled.array(), 100);
      for (int i = 0; i < pictures.length; i++) {
        double pixel = Math.max(0, Math.min(255, 127.5 * (decoded[i] + 1)));
        assertThat(pictures[i] & 0xFF).isCloseTo((int) Math.rint(pixel), within(1));
      }
      // and it does not depend on the batch
      assertThat(decoder.pictures(scaled.array(), 2)).isEqualTo(pictures);
    }
  }

  @Test
  void bf16GivesNearlyTheSame() {
    byte[] images = LatentDecoderTest.noise(4 * 3 * 64);
    try (Surrogate exact = Latents.encoder(torch, file, space(3, 3, Precision.FLOAT32));
        Surrogate fast = Latents.encoder(torch, file, space(3, 3, Precision.BF16))) {
      float[] a = exact.features(images, 4, 3, 8, 8);
      float[] b = fast.features(images, 4, 3, 8, 8);
      double square = 0;
      double difference = 0;
      for (int i = 0; i < a.length; i++) {
        square += (double) a[i] * a[i];
        difference += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      }
      assertThat(Math.sqrt(difference / square)).isGreaterThan(1e-6).isLessThan(0.05);
    }
  }

  @Test
  void greyImagesAreRepeatedForThreeChannels() {
    byte[] grey = LatentDecoderTest.noise(64);
    byte[] colour = new byte[3 * 64];
    for (int c = 0; c < 3; c++) {
      System.arraycopy(grey, 0, colour, c * 64, 64);
    }
    LatentSpace space = space(3, 1, Precision.FLOAT32);
    try (Surrogate encoder = Latents.encoder(torch, file, space)) {
      float[] latents = encoder.features(grey, 1, 1, 8, 8);
      assertThat(latents).containsExactly(encoder.features(colour, 1, 3, 8, 8));
      try (LatentDecoder decoder = LatentDecoder.open(torch, file, space, SHAPE)) {
        assertThat(decoder.pictures(new byte[SHAPE.bytes()], 1)).hasSize(64);
      }
    }
  }

  @Test
  void refusesImagesThatItIsNotFor() {
    // one channel
    assertThatThrownBy(() -> Latents.encoder(torch, file, space(1, 1, Precision.FLOAT32)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("vae.safetensors is for images of 3 channels, not of 1");
    // an odd size
    List<Double> half = List.of(0.5, 0.5, 0.5);
    LatentSpace odd =
        new LatentSpace(
            LatentSpec.AutoencoderType.AUTOENCODER_KL,
            OBJECT,
            new SurrogateInput(7, 3, half, half, LatentSpace.ENCODE),
            LatentSpace.DECODE,
            InferenceOptions.DEFAULT,
            1,
            3);
    assertThatThrownBy(() -> Latents.encoder(torch, file, odd))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot encode images of 7×7")
        .hasMessageContaining("multiples of 2");
  }

  @Test
  void aSpaceWithoutATypeIsThatOfAScript() {
    // given a space as it was stored before there were types
    LatentSpace space = space(3, 3, Precision.FLOAT32);
    String stored = new String(Json.bytes(space), StandardCharsets.UTF_8);
    String before = stored.replace(",\"type\":\"autoencoder-kl\"", "");
    assertThat(before).isNotEqualTo(stored);

    // when
    LatentSpace read =
        Json.read(before.getBytes(StandardCharsets.UTF_8), LatentSpace.class, "space");

    // then
    assertThat(read.type()).isEqualTo(LatentSpec.AutoencoderType.TORCHSCRIPT);
    assertThat(Json.read(stored.getBytes(StandardCharsets.UTF_8), LatentSpace.class, "space"))
        .isEqualTo(space);
  }
}
