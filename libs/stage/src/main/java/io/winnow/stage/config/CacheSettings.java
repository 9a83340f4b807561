package io.winnow.stage.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** The local cache of shards from the store, for services that train. */
@ConfigMapping(prefix = "winnow.cache")
public interface CacheSettings {

  /**
   * Several services and replicas on a machine may share it. Defaults to {@code
   * winnow-cache-<user>} in the system's temporary directory.
   */
  Optional<Path> dir();

  /** Maximum size of the cache in bytes. */
  @WithDefault("20000000000")
  long maxBytes();
}
