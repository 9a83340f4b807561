package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.LatentSpec;
import io.winnow.contracts.spec.LatentSpecBuilder;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.contracts.spec.SurrogateSpecBuilder;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.store.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecResolverTest {
  @TempDir Path folder;
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final SpecResolver resolver = new SpecResolver(store, true);

  @BeforeEach
  void data() throws IOException {
    Files.createDirectories(folder.resolve("data/a"));
    Files.writeString(folder.resolve("net.pt"), "a script");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/models/nope.pt",
        "./nope.pt",
        "../nope.pt",
        "a//nope.pt",
        "nope.pt",
        "surrogates/nope.pt"
      })
  void aSurrogateThatIsNeitherAFileNorAnObjectIsNamed(String source) {
    assertThatThrownBy(() -> resolver.resolve(surrogate(source), folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the surrogate \"")
        .hasMessageContaining("is neither a file nor an object in the store")
        .hasMessageContaining("give a TorchScript file");
    assertThatThrownBy(() -> resolver.resolve(autoencoder(source), folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the autoencoder \"")
        .hasMessageContaining("is neither a file nor an object in the store");
  }

  @Test
  void aFolderIsNoSurrogate() {
    String source = folder.resolve("data").toString();

    assertThatThrownBy(() -> resolver.resolve(surrogate(source), folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("data\" is a folder");
    assertThatThrownBy(() -> resolver.resolve(autoencoder("./data"), folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("./data\" is a folder");
  }

  @Test
  void uploadsLocalFilesAndKeepsKeysOfObjects() {
    // given a file
    RunSpec uploaded = resolver.resolve(surrogate("./net.pt"), folder);
    String key = uploaded.surrogate().source();
    assertThat(key).startsWith("surrogates/").endsWith("/net.pt");
    assertThat(store.stat(key)).isPresent();

    // given a key
    assertThat(resolver.resolve(surrogate(key), folder).surrogate().source()).isEqualTo(key);
  }

  @Test
  void uploadsAFolderOfWeightsAsOneFile() throws IOException {
    // given a folder as diffusers writes it
    Path vae = Files.createDirectories(folder.resolve("vae"));
    Files.writeString(vae.resolve("config.json"), "{\"latent_channels\": 4}");
    Path weights = vae.resolve("diffusion_pytorch_model.safetensors");
    Tensor tensor = Tensor.of(new float[] {1, 2}, 2);
    SafeTensors.write(weights, Map.of("a", tensor), Map.of("format", "pt"));

    // when
    String key = resolver.resolve(weights("vae"), folder).latent().weights();

    // then the one object holds both
    assertThat(key).startsWith("autoencoders/").endsWith("/vae.safetensors");
    byte[] stored = store.get(store.stat(key).orElseThrow());
    assertThat(SafeTensors.parse(stored, "stored").get("a").floats()).containsExactly(1, 2);
    assertThat(new String(stored, StandardCharsets.ISO_8859_1)).contains("latent_channels");
    // and the same again, or a key, gives the same
    assertThat(resolver.resolve(weights("./vae/"), folder).latent().weights()).isEqualTo(key);
    assertThat(resolver.resolve(weights(key), folder).latent().weights()).isEqualTo(key);
    // and one file counts with the configuration beside it
    String file = "vae/diffusion_pytorch_model.safetensors";
    assertThat(resolver.resolve(weights(file), folder).latent().weights())
        .endsWith("/diffusion_pytorch_model.safetensors");
    Files.delete(vae.resolve("config.json"));
    assertThatThrownBy(() -> resolver.resolve(weights("vae"), folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no file")
        .hasMessageContaining("config.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nope", "data", "net.pt"})
  void namesWeightsThatAreNone(String source) {
    assertThatThrownBy(() -> resolver.resolve(weights(source), folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(source)
        .hasMessageContaining("safetensors");
  }

  private static RunSpec weights(String source) {
    return RunSpecBuilder.builder()
        .dataset(DatasetSpec.of("data"))
        .latent(
            LatentSpecBuilder.builder()
                .type(LatentSpec.AutoencoderType.AUTOENCODER_KL)
                .weights(source)
                .build())
        .build();
  }

  private static RunSpec surrogate(String source) {
    return RunSpecBuilder.builder(RunSpec.of(DatasetSpec.of("data")))
        .surrogate(SurrogateSpecBuilder.builder().source(source).build())
        .build();
  }

  private static RunSpec autoencoder(String source) {
    return RunSpecBuilder.builder()
        .dataset(DatasetSpec.of("data"))
        .latent(LatentSpecBuilder.builder().autoencoder(source).build())
        .build();
  }
}
