package io.winnow.stage.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** Where shards that were fetched from the store are kept, for services that train. */
@ConfigMapping(prefix = "winnow.cache")
public interface CacheSettings {

  /**
   * May be shared by several services and replicas of a machine; default: {@code
   * winnow-cache-<user>} in the system's temporary directory.
   */
  Optional<Path> dir();

  /** Bytes that all kept shards together may take. */
  @WithDefault("20000000000")
  long maxBytes();
}
