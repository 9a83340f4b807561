package io.winnow.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.winnow.contracts.InvalidInputException;
import io.winnow.stage.testing.WinnowServers;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(WinnowServers.class)
class TorchScriptAllowListTest {
  private static final byte[] SCRIPT = "a script".getBytes(StandardCharsets.UTF_8);
  private static final String KEY = "surrogates/door.pt";

  @Inject ObjectStore objects;

  private TorchScriptAllowList allowList(String... allowed) {
    return new TorchScriptAllowList(
        objects,
        List.of("surrogates/", "autoencoders/"),
        allowed.length == 0 ? Optional.empty() : Optional.of(List.of(allowed)));
  }

  @Test
  void withoutDigestsEveryFileBelowThePrefixesIsAllowed() {
    // given
    objects.put(KEY, SCRIPT);

    // when
    String sha256 = allowList().find("surrogate.source", KEY, "x").sha256();

    // then
    assertThat(sha256).isEqualTo(Digests.sha256(SCRIPT));
  }

  @Test
  void withDigestsOnlyFilesWithOneOfThemAreAllowed() {
    // given
    objects.put(KEY, SCRIPT);

    // then
    assertThat(allowList("0", Digests.sha256(SCRIPT)).find("surrogate.source", KEY, "x").key())
        .isEqualTo(KEY);
    assertThatThrownBy(() -> allowList("0").find("surrogate.source", KEY, "give \"trained\""))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(KEY)
        .hasMessageContaining(Digests.sha256(SCRIPT))
        .hasMessageContaining("winnow.scripts.sha256");
  }

  @Test
  void keysOutsideThePrefixesAreRefusedBeforeAnyLookup() {
    for (String key : List.of("models/x.pt", "surrogates/../x.pt", "", "surrogate")) {
      assertThatThrownBy(() -> allowList().find("latent.autoencoder", key, "x"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("latent.autoencoder \"" + key + "\"")
          .hasMessageContaining("not below surrogates/ or autoencoders/");
    }
  }
}
