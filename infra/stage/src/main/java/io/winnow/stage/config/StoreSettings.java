package io.winnow.stage.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

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
}
