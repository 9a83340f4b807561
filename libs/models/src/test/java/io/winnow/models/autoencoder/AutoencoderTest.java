package io.winnow.models.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.models.GoldenFolder;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.tensor.WeightsFolder;
import io.winnow.torch.engine.Arguments;
import io.winnow.torch.engine.ParameterBuckets;
import io.winnow.torch.engine.ScriptModule.Gradients;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.kernel.Network;
import io.winnow.torch.kernel.NetworkOptions;
import io.winnow.torch.kernel.ParameterTable.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** See src/test/resources/golden/README.md for where the recorded values come from. */
class AutoencoderTest {
  private static final AutoencoderConfig TINY =
      new AutoencoderConfig(3, 3, List.of(4, 8), 1, 2, 2, 0.5, true, true, true);

  private static Torch torch;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(new TorchSettings(1, "cpu"));
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  private static JsonNode official() throws IOException {
    try (InputStream in = AutoencoderTest.class.getResourceAsStream("/golden/sdvae.params.json")) {
      return Json.mapper().readTree(in);
    }
  }

  @Test
  void hasTheParametersOfTheOfficialConfiguration() throws IOException {
    // given the listing of the official code
    JsonNode config = official().path("configs").get(0);
    Map<String, String> expected = new TreeMap<>();
    config
        .path("state_dict")
        .forEach(entry -> expected.put(entry.get(0).asText(), entry.get(1).toString()));

    // when
    AutoencoderConfig read = AutoencoderConfig.of(config.path("config"), "config");

    // then
    Map<String, String> actual = new TreeMap<>();
    for (Parameter p : read.parameters().parameters()) {
      actual.put(p.name(), p.shape().toString().replace(" ", ""));
    }
    assertThat(actual).isEqualTo(expected).hasSize(248);
    assertThat(read.parameters().size()).isEqualTo(config.path("parameters").asLong());
    assertThat(read.factor()).isEqualTo(8);
    assertThat(read.scalingFactor()).isEqualTo(0.18215);
  }

  @Test
  void knowsTheOldNamesOfTheListing() throws IOException {
    Map<String, String> renamed = new TreeMap<>();
    official()
        .path("aliases")
        .fields()
        .forEachRemaining(
            alias -> {
              assertThat(AutoencoderWeights.newName(alias.getKey()))
                  .isEqualTo(alias.getValue().asText());
              renamed.put(alias.getKey(), alias.getValue().asText());
            });
    assertThat(renamed).hasSize(16);
  }

  @Test
  void equalsTheOfficialCodeInEverythingTheFileRecords() {
    GoldenFolder.requireParity("sdvae-small.json");
  }

  @Test
  void equalsPyTorchsOwnFunctionsOnWideImages() throws URISyntaxException {
    GoldenFolder.requireParity(golden("autoencoder-small.json"));
  }

  @Test
  @Tag("thorough")
  void equalsTheOfficialCodeAtFullSize() throws URISyntaxException {
    GoldenFolder.requireParity(golden("sdvae_full-formula.json"));
  }

  private static Path golden(String name) throws URISyntaxException {
    return Path.of(AutoencoderTest.class.getResource("/golden/" + name).toURI());
  }

  @Test
  void everyNormHasTheEpsilonOfTheOfficialCode() {
    // given kernels of both networks; the recorded values cannot tell 1e-5 from 1e-6
    AutoencoderNetworks networks = new AutoencoderNetworks(TINY, NetworkOptions.DEFAULT);
    for (Network network : List.of(networks.encoder(8, 8), networks.decoder(8, 8))) {
      List<String> norms =
          AutoencoderNetworks.kernel(network)
              .text()
              .lines()
              .filter(line -> line.contains("(self).norm("))
              .toList();

      // then
      assertThat(norms).isNotEmpty().allMatch(line -> line.endsWith(", 1.0E-6, )"));
    }
  }

  @Test
  void anImageHasTheLatentThatItHasAlone() {
    // given 40 images of 64×64, of which 16 are computed at a time
    Map<String, Tensor> weights = TINY.parameters().initial(3);
    float[] images = noise(40 * 3 * 64 * 64);
    int each = images.length / 40;

    // when
    float[] together = call("moments", weights, images, 40);
    float[] alone = call("moments", weights, Arrays.copyOfRange(images, 37 * each, 38 * each), 1);

    // then the latents have twice two channels and half the size
    assertThat(together).hasSize(40 * 4 * 32 * 32);
    for (int i = 0; i < alone.length; i++) {
      assertThat(together[37 * alone.length + i]).isCloseTo(alone[i], within(1e-5f));
    }
    // and encode gives the first half of them, the mean
    assertThat(call("encode", weights, images, 40))
        .containsExactly(Posterior.of(together, 40).mean());
    // and decode gives images
    assertThat(call("decode", weights, Posterior.of(together, 40).mean(), 40))
        .hasSize(images.length);
  }

  private static float[] call(String function, Map<String, Tensor> weights, float[] x, int n) {
    AutoencoderNetworks networks = new AutoencoderNetworks(TINY, NetworkOptions.DEFAULT);
    boolean decoder = function.equals("decode");
    Network network = decoder ? networks.decoder(64, 64) : networks.encoder(64, 64);
    try (NDManager scope = torch.newScope()) {
      Shape shape = decoder ? new Shape(n, 2, 32, 32) : new Shape(n, 3, 64, 64);
      return torch
          .kernel(AutoencoderNetworks.kernel(network))
          .call(
              scope,
              function,
              Gradients.NONE,
              Arguments.none()
                  .add(scope.create(x, shape))
                  .add(ParameterBuckets.upload("w", scope, network.parameters(), weights, "")))
          .head()
          .toFloatArray();
    }
  }

  private static float[] noise(int count) {
    SplittableRandom random = new SplittableRandom(8);
    float[] noise = new float[count];
    for (int i = 0; i < count; i++) {
      noise[i] = (float) (2 * random.nextDouble() - 1);
    }
    return noise;
  }

  private static final String CONFIG =
      """
      {"_class_name": "AutoencoderKL", "_diffusers_version": "0.4.2", "block_out_channels": [4, 8],
       "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
       "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"], "norm_num_groups": 2,
       "latent_channels": 2, "scaling_factor": 0.5, "sample_size": 64, "shift_factor": null,
       "act_fn": "silu", "force_upcast": true}
      """;

  private Path diffusersFolder(Map<String, Tensor> weights) throws IOException {
    Path source = Files.createDirectories(folder.resolve("vae"));
    Files.writeString(source.resolve("config.json"), CONFIG);
    SafeTensors.write(
        source.resolve("diffusion_pytorch_model.safetensors"), weights, Map.of("format", "pt"));
    return source;
  }

  @Test
  void readsAFolderOfDiffusersWithNewAndOldNames() throws IOException {
    // given weights with the attention's old names, rounded to float16 as some files are
    Map<String, Tensor> weights = TINY.parameters().initial(3);
    Map<String, Tensor> old = new LinkedHashMap<>();
    weights.forEach(
        (name, tensor) ->
            old.put(
                name.replace("0.to_q", "0.query")
                    .replace("0.to_k", "0.key")
                    .replace("0.to_v", "0.value")
                    .replace("0.to_out.0", "0.proj_attn"),
                Tensor.ofFloat16(tensor.floats(), tensor.shape())));
    assertThat(old.keySet()).contains("decoder.mid_block.attentions.0.proj_attn.bias");

    // when
    AutoencoderWeights read =
        AutoencoderWeights.read(WeightsFolder.pack(diffusersFolder(old), folder));

    // then
    assertThat(read.config()).isEqualTo(TINY);
    assertThat(read.tensors().keySet()).containsExactlyElementsOf(weights.keySet());
    weights.forEach(
        (name, tensor) ->
            assertThat(read.tensors().get(name).floats())
                .containsExactly(Tensor.ofFloat16(tensor.floats(), tensor.shape()).floats()));
    // and new names give the same network
    AutoencoderWeights same =
        AutoencoderWeights.read(WeightsFolder.pack(diffusersFolder(weights), folder));
    assertThat(same.tensors().keySet()).isEqualTo(read.tensors().keySet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tensor quant_conv.bias is missing, one of 1 that are",
        "tensor extra is no parameter of the autoencoder, one of 1 left over",
        "tensor encoder.conv_in.bias is F32[5], the autoencoder needs F32 or F16 of [4]",
        "tensor encoder.conv_in.bias has the element NaN",
        "is there under its old and its new name"
      })
  void namesTheTensorThatDoesNotFit(String problem) throws IOException {
    // given
    Map<String, Tensor> weights = new LinkedHashMap<>(TINY.parameters().initial(3));
    if (problem.contains("missing")) {
      weights.remove("quant_conv.bias");
    } else if (problem.contains("extra")) {
      weights.put("extra", Tensor.of(new float[1], 1));
    } else if (problem.contains("F32[5]")) {
      weights.put("encoder.conv_in.bias", Tensor.of(new float[5], 5));
    } else if (problem.contains("NaN")) {
      weights.put("encoder.conv_in.bias", Tensor.of(new float[] {0, 0, Float.NaN, 0}, 4));
    } else {
      weights.put("encoder.mid_block.attentions.0.query.bias", Tensor.of(new float[8], 8));
    }
    Path file = WeightsFolder.pack(diffusersFolder(weights), folder);

    // when / then
    assertThatThrownBy(() -> AutoencoderWeights.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("vae.safetensors")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "latents_mean | [0.1] | nothing else is implemented",
        "shift_factor | 0.1 | nothing else is implemented",
        "act_fn | \"relu\" | nothing else is implemented",
        "_class_name | \"AutoencoderTiny\" | \"AutoencoderKL\"",
        "down_block_types | [\"AttnDownEncoderBlock2D\", \"DownEncoderBlock2D\"] | DownEncoderBlock2D",
        "up_block_types | [\"UpDecoderBlock2D\"] | each of the 2 numbers",
        "block_out_channels | [4, -8] | whole numbers",
        "block_out_channels | [] | a list of 1 to 8 numbers",
        "norm_num_groups | 3 | a divisor",
        "layers_per_block | 1.5 | a whole number",
        "latent_channels | \"4\" | a whole number",
        "scaling_factor | 0 | a number from",
        "use_quant_conv | 1 | true or false",
        "sample_size | 0 | a whole number",
        "temporal_layers | 1 | not implemented"
      })
  void namesTheFieldThatIsNotImplemented(String field, String value, String remedy)
      throws JsonProcessingException {
    // given
    ObjectNode json = (ObjectNode) Json.mapper().readTree(CONFIG);
    json.set(field, Json.mapper().readTree(value));

    // when / then
    assertThatThrownBy(() -> AutoencoderConfig.of(json, "config.json"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("config.json: the field \"" + field + "\"")
        .hasMessageContaining(remedy);
  }

  @Test
  void aFileNeedsItsConfiguration() throws IOException {
    // given weights alone
    Path source = diffusersFolder(TINY.parameters().initial(3));
    Path weights = source.resolve("diffusion_pytorch_model.safetensors");

    // then a configuration beside them counts
    assertThat(AutoencoderWeights.read(WeightsFolder.pack(weights, folder)).config())
        .isEqualTo(TINY);
    // and without one there is an error
    Files.delete(source.resolve("config.json"));
    for (Path given : List.of(source, weights)) {
      assertThatThrownBy(() -> WeightsFolder.pack(given, folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("config.json");
    }
    assertThatThrownBy(() -> AutoencoderWeights.read(weights))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has no configuration");
    assertThatThrownBy(() -> TINY.requireFit(63, 64))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("63×64")
        .hasMessageContaining("multiples of 2");
  }
}
