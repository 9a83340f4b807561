package io.winnow.embedded;

import static io.winnow.embedded.TestClients.BUCKET;
import static io.winnow.embedded.TestClients.KEYS;
import static io.winnow.embedded.TestClients.put;
import static io.winnow.embedded.TestClients.s3;
import static io.winnow.embedded.TestClients.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.GetObjectArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.winnow.embedded.EmbeddedS3.Credentials;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedS3Test {
  private static final long PART_BYTES = 10L << 20;

  @TempDir Path home;

  @Test
  void objectsOutliveARestartAtTheSameAddress() throws Exception {
    // given objects under two prefixes
    int port;
    try (EmbeddedS3 s3 = EmbeddedS3.start(home, 0, KEYS, BUCKET);
        MinioClient client = s3(s3, KEYS)) {
      port = s3.port();
      put(client, "runs/1/request.json", "one");
      put(client, "runs/2/request.json", "two");
      put(client, "models/m/manifest.json", "three");
      put(client, "runs/2/request.json", "two again");
    }

    // when the endpoint starts again on the same directory and port
    try (EmbeddedS3 s3 = EmbeddedS3.start(home, port, KEYS, BUCKET);
        MinioClient client = s3(s3, KEYS)) {
      // then address, listing and contents are as they were left
      assertThat(s3.endpoint()).isEqualTo(URI.create("http://127.0.0.1:" + port));
      assertThat(list(client, "runs/"))
          .containsExactly("runs/1/request.json", "runs/2/request.json");
      assertThat(list(client, ""))
          .containsExactly("models/m/manifest.json", "runs/1/request.json", "runs/2/request.json");
      assertThat(text(client, "runs/1/request.json")).isEqualTo("one");
      assertThat(text(client, "runs/2/request.json")).isEqualTo("two again");
      assertThatThrownBy(() -> text(client, "runs/3/request.json"))
          .isInstanceOfSatisfying(
              ErrorResponseException.class,
              e -> assertThat(e.errorResponse().code()).isEqualTo("NoSuchKey"));
    }
  }

  @Test
  void ofConcurrentConditionalPutsExactlyOneWins() throws Exception {
    int writers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    try (EmbeddedS3 s3 = EmbeddedS3.start(home, 0, KEYS, BUCKET);
        MinioClient client = s3(s3, KEYS)) {
      for (int round = 0; round < 20; round++) {
        // given writers that start together on one new key
        String key = "models/" + round + "/manifest.json";
        CyclicBarrier together = new CyclicBarrier(writers);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
          String content = "writer " + w;
          tasks.add(
              () -> {
                together.await();
                return putIfAbsent(client, key, content);
              });
        }

        // when all of them put under the condition that the object is absent
        List<Future<Boolean>> results = pool.invokeAll(tasks);

        // then one has won, and its bytes are there
        List<String> winners = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
          if (results.get(w).get()) {
            winners.add("writer " + w);
          }
        }
        assertThat(winners).as("winners of %s", key).hasSize(1);
        assertThat(text(client, key)).isEqualTo(winners.get(0));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void onlyTheRightSecretIsServed() throws Exception {
    try (EmbeddedS3 s3 = EmbeddedS3.start(home, 0, KEYS, BUCKET);
        MinioClient right = s3(s3, KEYS);
        MinioClient wrongSecret = s3(s3, new Credentials(KEYS.accessKey(), "not the secret"));
        MinioClient wrongKey = s3(s3, new Credentials("stranger", KEYS.secretKey()))) {
      // given an object
      put(right, "runs/1/request.json", "one");

      // when others read or write, then they are refused, whichever half they got wrong
      assertRefused("SignatureDoesNotMatch", () -> text(wrongSecret, "runs/1/request.json"));
      assertRefused("SignatureDoesNotMatch", () -> put(wrongSecret, "runs/1/request.json", "x"));
      assertRefused("InvalidAccessKeyId", () -> text(wrongKey, "runs/1/request.json"));

      // and so is a request without a signature
      HttpRequest unsigned =
          HttpRequest.newBuilder(s3.endpoint().resolve("/" + BUCKET + "/runs/1/request.json"))
              .build();
      int status =
          HttpClient.newHttpClient()
              .send(unsigned, HttpResponse.BodyHandlers.ofString())
              .statusCode();
      assertThat(status).isEqualTo(403);
      assertThat(text(right, "runs/1/request.json")).isEqualTo("one");
    }
  }

  @Test
  void anObjectOfSeveralPartsComesBackWholeAndByRange() throws Exception {
    try (EmbeddedS3 s3 = EmbeddedS3.start(home, 0, KEYS, BUCKET);
        MinioClient client = s3(s3, KEYS)) {
      // given 25 MiB, that is three parts, of a length the client does not tell
      byte[] content = new byte[(25 << 20) + 17];
      new Random(7).nextBytes(content);

      // when it is put as a stream
      client.putObject(
          PutObjectArgs.builder().bucket(BUCKET).object("models/big").stream(
                  new ByteArrayInputStream(content), -1L, PART_BYTES)
              .build());

      // then size, bytes and a range across the border of two parts agree
      assertThat(
              client
                  .statObject(StatObjectArgs.builder().bucket(BUCKET).object("models/big").build())
                  .size())
          .isEqualTo(content.length);
      try (InputStream in = get(client, "models/big", 0, content.length)) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
      int from = (int) PART_BYTES - 5;
      try (InputStream in = get(client, "models/big", from, 11)) {
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, from, from + 11));
      }
    }
  }

  @Test
  void aDirectoryOrPortInUseIsOneClearError() {
    try (EmbeddedS3 s3 = EmbeddedS3.start(home.resolve("one"), 0, KEYS, BUCKET)) {
      // when a second endpoint wants the same directory, then it is refused by name
      assertThatThrownBy(() -> EmbeddedS3.start(home.resolve("one"), 0, KEYS, BUCKET))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(home.resolve("one").toString())
          .hasMessageContaining("in use");

      // when it wants the same port, then the same
      assertThatThrownBy(() -> EmbeddedS3.start(home.resolve("two"), s3.port(), KEYS, BUCKET))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Port " + s3.port())
          .hasMessageContaining("in use");
    }
    // and blank keys are refused before anything listens
    assertThatThrownBy(() -> new Credentials("key", " "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(KEYS.toString()).doesNotContain(KEYS.secretKey());
  }

  @Test
  void listensOnLoopbackOnlyAndFreesItsPortWhenClosed() throws Exception {
    EmbeddedS3 s3 = EmbeddedS3.start(home, 0, KEYS, BUCKET);
    try (s3;
        // free only if the endpoint has not bound all interfaces
        ServerSocket other = new ServerSocket(s3.port(), 1, InetAddress.getByName("127.0.0.2"))) {
      assertThat(other.isBound()).isTrue();
    }
    s3.close();
    Ports.requireFree(s3.port());
  }

  private static boolean putIfAbsent(MinioClient client, String key, String content)
      throws MinioException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try {
      client.putObject(
          PutObjectArgs.builder()
              .bucket(BUCKET)
              .object(key)
              .headers(new Http.Headers("If-None-Match", "*"))
              .data(bytes, bytes.length)
              .build());
      return true;
    } catch (ErrorResponseException e) {
      assertThat(e.response().code()).isEqualTo(412);
      return false;
    }
  }

  private static InputStream get(MinioClient client, String key, long offset, long length)
      throws MinioException {
    return client.getObject(
        GetObjectArgs.builder().bucket(BUCKET).object(key).offset(offset).length(length).build());
  }

  private static List<String> list(MinioClient client, String prefix) throws MinioException {
    List<String> keys = new ArrayList<>();
    for (Result<Item> item :
        client.listObjects(
            ListObjectsArgs.builder().bucket(BUCKET).prefix(prefix).recursive(true).build())) {
      keys.add(item.get().objectName());
    }
    return keys;
  }

  private static void assertRefused(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ErrorResponseException.class,
            e -> assertThat(e.errorResponse().code()).isEqualTo(code));
  }
}
