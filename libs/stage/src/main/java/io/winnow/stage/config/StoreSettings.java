package io.winnow.stage.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** The object store. */
@ConfigMapping(prefix = "winnow.store")
public interface StoreSettings {

  /** URL without a path, e.g. {@code http://127.0.0.1:9000}. */
  String endpoint();

  String accessKey();

  String secretKey();

  @WithDefault("winnow")
  String bucket();

  @WithDefault("us-east-1")
  String region();

  /**
   * A file with the PEM certificates that the endpoint's certificate is verified against; by
   * default the JDK's trust store.
   */
  Optional<String> ca();
}
