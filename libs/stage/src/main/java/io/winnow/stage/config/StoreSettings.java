package io.winnow.stage.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Where the object store is. */
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
   * A file of PEM certificates that the endpoint's own is trusted by; default: whom Java trusts.
   */
  Optional<String> ca();
}
