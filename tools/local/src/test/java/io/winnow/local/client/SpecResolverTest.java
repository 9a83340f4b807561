package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.LatentSpecBuilder;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.contracts.spec.RunSpecBuilder;
import io.winnow.contracts.spec.SurrogateSpecBuilder;
import io.winnow.store.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
