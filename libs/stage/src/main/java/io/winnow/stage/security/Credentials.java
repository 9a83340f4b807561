package io.winnow.stage.security;

import io.quarkus.runtime.StartupEvent;
import io.winnow.stage.config.StoreSettings;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses to start with a secret that everybody knows or can guess, unless {@code winnow.local}
 * says that the service is for one machine alone.
 */
@ApplicationScoped
class Credentials {
  static final int SHORTEST = 12;

  // those of MinIO's, RustFS's and this repository's examples
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

  // before topics are made and channels are opened
  void onStart(@Observes @Priority(0) StartupEvent event) {
    problem()
        .ifPresent(
            why -> {
              throw new IllegalStateException(why);
            });
  }

  /** What is wrong with them, and what to do about it. */
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
      why = "is one that is known to everybody";
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
                    + "; set one of your own, or winnow.local=true where nobody else reaches this"
                    + " machine");
  }
}
