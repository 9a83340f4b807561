package io.winnow.stage.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.winnow.stage.config.StoreSettings;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsTest {
  private static final String GOOD = "7c1d0a9be2f54e18";

  private record Store(String accessKey, String secretKey) implements StoreSettings {
    @Override
    public String endpoint() {
      return "http://127.0.0.1:1";
    }

    @Override
    public String bucket() {
      return "winnow";
    }

    @Override
    public String region() {
      return "us-east-1";
    }

    @Override
    public Optional<String> ca() {
      return Optional.empty();
    }
  }

  private static Credentials credentials(
      String access, String secret, String token, boolean local) {
    return new Credentials(new Store(access, secret), Optional.ofNullable(token), local);
  }

  @ParameterizedTest
  @CsvSource({
    "minioadmin, minioadmin, , winnow.store.secret-key is well known",
    "winnow, winnow-on-this-machine, , winnow.store.secret-key is well known",
    "a-long-access-key, a-long-access-key, , winnow.store.secret-key is the same",
    "winnow, short, , winnow.store.secret-key is shorter than 12",
    "winnow, 7c1d0a9be2f54e18, abc, winnow.api.token is shorter than 12",
    "winnow, 7c1d0a9be2f54e18, 7c1d0a9be2f54e18, winnow.api.token is the same"
  })
  void aWeakSecretRefusesTheStartWithTheReason(
      String access, String secret, String token, String why) {
    assertThatThrownBy(() -> credentials(access, secret, token, false).onStart(null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(why)
        .hasMessageContaining("winnow.local=true");
    assertThat(credentials(access, secret, token, true).problem()).isEmpty();
  }

  @Test
  void aSecretOfOnesOwnIsTaken() {
    assertThat(credentials("winnow", GOOD, null, false).problem()).isEmpty();
    assertThat(credentials("winnow", GOOD, "another-long-token", false).problem()).isEmpty();
  }
}
