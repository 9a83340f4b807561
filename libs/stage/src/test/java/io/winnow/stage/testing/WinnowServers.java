package io.winnow.stage.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.winnow.embedded.EmbeddedKafka;
import io.winnow.embedded.EmbeddedS3;
import io.winnow.embedded.NoisyLoggers;
import io.winnow.store.local.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Kafka and S3 for a {@code @QuarkusTest}, on free loopback ports, gone afterwards:
 * {@code @QuarkusTestResource(WinnowServers.class)}. A test class with a field of this type can
 * also take them down and up again.
 */
public final class WinnowServers implements QuarkusTestResourceLifecycleManager {
  /** What requests that change something send as a bearer. */
  public static final String TOKEN = "token-of-all-tests";

  private static final String BUCKET = "winnow-test";

  private final EmbeddedS3.Credentials credentials =
      new EmbeddedS3.Credentials("test", UUID.randomUUID().toString());
  // held, or the log manager forgets their levels
  private final List<Logger> quieted = new ArrayList<>();
  private Path directory;
  private EmbeddedKafka kafka;
  private EmbeddedS3 store;

  @Override
  public Map<String, String> start() {
    // the application's log settings, below, come too late for the servers' start
    NoisyLoggers.LEVELS.forEach(
        (name, level) -> {
          Logger logger = Logger.getLogger(name);
          logger.setLevel(level.equals("WARN") ? Level.WARNING : Level.SEVERE);
          quieted.add(logger);
        });
    try {
      directory = Files.createTempDirectory("winnow-servers-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    store = EmbeddedS3.start(directory.resolve("s3"), 0, credentials, BUCKET);
    Map<String, String> config = new HashMap<>();
    config.put("kafka.bootstrap.servers", kafka.bootstrapServers());
    // a service that stops waits as long for each of its consumers
    config.put("mp.messaging.connector.smallrye-kafka.fetch.max.wait.ms", "200");
    config.put("winnow.store.endpoint", store.endpoint().toString());
    config.put("winnow.store.access-key", credentials.accessKey());
    config.put("winnow.store.secret-key", credentials.secretKey());
    config.put("winnow.store.bucket", BUCKET);
    config.put("winnow.api.token", TOKEN);
    NoisyLoggers.LEVELS.forEach(
        (logger, level) -> config.put("quarkus.log.category.\"" + logger + "\".level", level));
    return config;
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(this, new TestInjector.MatchesType(WinnowServers.class));
  }

  /** Takes the store away. */
  public void stopStore() {
    store.close();
  }

  /** Brings the store back where it was, with what it held. */
  public void startStore() {
    store = EmbeddedS3.start(directory.resolve("s3"), store.port(), credentials, BUCKET);
  }

  /** Takes Kafka away. */
  public void stopKafka() {
    kafka.close();
  }

  /** Brings Kafka back where it was, with what it held. */
  public void startKafka() {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"), kafka.port());
  }

  @Override
  public void stop() {
    if (kafka != null) {
      kafka.close();
    }
    if (store != null) {
      store.close();
    }
    try {
      if (directory != null) {
        FileTree.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
