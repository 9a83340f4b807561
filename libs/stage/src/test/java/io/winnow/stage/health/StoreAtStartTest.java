package io.winnow.stage.health;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.winnow.embedded.EmbeddedS3;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.StoreConfig;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that the store rejects leaves before it takes work. */
class StoreAtStartTest {
  @TempDir static Path folder;
  private static EmbeddedS3 s3;

  @BeforeAll
  static void start() {
    s3 =
        EmbeddedS3.start(
            folder, 0, new EmbeddedS3.Credentials("winnow", "the right secret"), "winnow");
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
  }

  @Test
  void aWrongSecretEndsTheStartWithOneLine() throws Exception {
    try (MinioObjectStore store = store(s3.endpoint().toString(), "another secret", "winnow")) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(new StoreAtStart(store)::requireAccess)
          .withMessageContaining("denied access")
          .withMessageContaining("winnow.store.secret-key")
          .withNoCause();
    }
  }

  @Test
  void aMissingBucketEndsTheStartWithOneLine() throws Exception {
    try (MinioObjectStore store = store(s3.endpoint().toString(), "the right secret", "gone")) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(new StoreAtStart(store)::requireAccess)
          .withMessageContaining("bucket gone does not exist")
          .withMessageContaining("winnow.store.bucket")
          .withNoCause();
    }
  }

  @Test
  void aStoreThatIsAwayIsWaitedFor() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (MinioObjectStore store = store("http://127.0.0.1:" + free, "the right secret", "winnow")) {
      assertThatCode(new StoreAtStart(store)::requireAccess).doesNotThrowAnyException();
    }
  }

  @Test
  void aStoreThatLetsItInIsFine() throws Exception {
    try (MinioObjectStore store = store(s3.endpoint().toString(), "the right secret", "winnow")) {
      assertThatCode(new StoreAtStart(store)::requireAccess).doesNotThrowAnyException();
    }
  }

  private static MinioObjectStore store(String endpoint, String secret, String bucket) {
    return new MinioObjectStore(new StoreConfig(endpoint, "winnow", secret, bucket, "us-east-1"));
  }
}
