package io.winnow.stage.security;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.winnow.stage.config.StoreSettings;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses to start with a well-known or weak secret, unless {@code winnow.local=true} declares that
 * only this machine can reach the service.
 */
@ApplicationScoped
class Credentials {
  static final int SHORTEST = 12;

  // from the examples of MinIO, RustFS and this repository
  private static final Set<String> KNOWN =
      Set.of(
          "minioadmin",
          "miniosecret",
          "minio-secret-key",
          "rustfsadmin",
          "winnow-on-this-machine",
          "changeme-changeme",
          "secretsecret",
          "passwordpassword",
          "password1234");

  private final StoreSettings store;
  private final Optional<String> token;
  private final boolean local;

  Credentials(
      StoreSettings store,
      @ConfigProperty(name = "winnow.api.token") Optional<String> token,
      @ConfigProperty(name = "winnow.local", defaultValue = "false") boolean local) {
    this.store = store;
    this.token = token;
    this.local = local;
  }

  // before topics are created and channels open
  void onStart(@Observes @Priority(0) StartupEvent event) {
    problem()
        .ifPresent(
            why -> {
              // Quarkus prints its message without a stack trace
              throw new ConfigurationException(why);
            });
  }

  /** The problem with the credentials and its remedy; empty if they are fine. */
  Optional<String> problem() {
    if (local) {
      return Optional.empty();
    }
    Optional<String> weak =
        weakness("winnow.store.secret-key", store.secretKey(), store.accessKey());
    return weak.isPresent()
        ? weak
        : token.flatMap(text -> weakness("winnow.api.token", text, store.secretKey()));
  }

  private static Optional<String> weakness(String name, String secret, String other) {
    String why = null;
    if (KNOWN.contains(secret.toLowerCase(Locale.ROOT))) {
      why = "is well known";
    } else if (secret.equals(other)) {
      why = "is the same as another setting";
    } else if (secret.length() < SHORTEST) {
      why = "is shorter than " + SHORTEST + " characters";
    }
    return Optional.ofNullable(why)
        .map(
            reason ->
                name
                    + " "
                    + reason
                    + "; set a secret of your own, or winnow.local=true if only this machine can"
                    + " reach the service");
  }
}
