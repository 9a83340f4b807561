package io.winnow.stage.config;

import io.winnow.datasets.ShardCache;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.StoreConfig;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/** The store as beans: {@link ObjectStore}, {@link ArtifactStore} and {@link ShardCache}. */
@Singleton
class StoreBeans {

  @Produces
  @Singleton
  ObjectStore objects(StoreSettings settings) {
    return new MinioObjectStore(
        new StoreConfig(
            settings.endpoint(),
            settings.accessKey(),
            settings.secretKey(),
            settings.bucket(),
            settings.region(),
            settings.ca().orElse(null)));
  }

  void close(@Disposes ObjectStore objects) throws Exception {
    if (objects instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  @Produces
  @Singleton
  ArtifactStore artifacts(ObjectStore objects) {
    return new ArtifactStore(objects);
  }

  @Produces
  @Singleton
  ShardCache cache(CacheSettings settings) {
    return new ShardCache(settings.dir().orElseGet(StoreBeans::temporary), settings.maxBytes());
  }

  private static Path temporary() {
    return Path.of(
        System.getProperty("java.io.tmpdir"), "winnow-cache-" + System.getProperty("user.name"));
  }
}
