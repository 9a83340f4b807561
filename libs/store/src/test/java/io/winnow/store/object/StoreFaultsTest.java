package io.winnow.store.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a store that is away, slow, broken or no store. */
class StoreFaultsTest {
  private static final ObjectRef REF = new ObjectRef("some/key", null, 100, null);

  private static MinioObjectStore store(int port) {
    return new MinioObjectStore(config(port), Duration.ofMillis(300));
  }

  private static StoreConfig config(int port) {
    return new StoreConfig("http://127.0.0.1:" + port, "key", "secret-secret", "winnow", null);
  }

  private static HttpServer server(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", type);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  @Test
  void aStoreThatIsAwayIsWorthAnotherTry() throws IOException {
    // given a port where nobody listens
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (MinioObjectStore store = store(port)) {
      // when, then
      assertUnavailable(store, port);
    }
  }

  @Test
  void aStoreThatNeverAnswersIsWorthAnotherTry() throws IOException {
    // given a server that accepts and says nothing
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        MinioObjectStore store = store(silent.getLocalPort())) {
      // when, then
      assertUnavailable(store, silent.getLocalPort());
    }
  }

  @Test
  @Timeout(60)
  void aPingEndsWithinSecondsThoughOtherRequestsMayTakeAnHour() throws IOException {
    // given a server that accepts and says nothing
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        MinioObjectStore store =
            new MinioObjectStore(
                config(silent.getLocalPort()), Duration.ofHours(1), Duration.ofMillis(50))) {
      // when, then
      assertThatThrownBy(store::ping).isInstanceOf(StoreUnavailableException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalError",
    "503, SlowDown",
    "429, TooManyRequests",
    "409, OperationAborted"
  })
  void aStoreThatRefusesForNowIsWorthAnotherTry(int status, String code) throws IOException {
    // given
    HttpServer server =
        server(
            e ->
                answer(
                    e,
                    status,
                    "application/xml",
                    "<Error><Code>" + code + "</Code><Message>later</Message></Error>"));
    try (MinioObjectStore store = store(server.getAddress().getPort())) {
      // when, then only an internal error may be due to the object
      assertUnavailableWithKey(() -> store.get(REF), status == 500 ? "some/key" : null);
      assertUnavailableWithKey(() -> store.find("some/key"), status == 500 ? "some/key" : null);
      if (status >= 500) {
        // a request without a body to say more
        assertUnavailableWithKey(() -> store.stat("a"), status == 500 ? "a" : null);
      }
      assertUnavailableWithKey(() -> store.put("a", new byte[1]), status == 500 ? "a" : null);
      assertUnavailableWithKey(() -> store.create("a", new byte[1]), status == 500 ? "a" : null);
      assertUnavailableWithKey(() -> store.list("a"), null);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aBrokenGatewayIsWorthAnotherTry() throws IOException {
    // given what a proxy says when the store behind it is away
    HttpServer server = server(e -> answer(e, 502, "text/html", "<html>Bad gateway</html>"));
    try (MinioObjectStore store = store(server.getAddress().getPort())) {
      // when, then
      assertUnavailable(store, server.getAddress().getPort());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aConnectionThatBreaksWithinAnObjectIsWorthAnotherTry() throws IOException {
    // given a server that promises 100 bytes and hangs up after 10
    HttpServer server =
        server(
            e -> {
              e.sendResponseHeaders(200, 100);
              e.getResponseBody().write(new byte[10]);
              e.getResponseBody().flush();
              e.close();
            });
    try (MinioObjectStore store = store(server.getAddress().getPort())) {
      // when, then
      assertThatThrownBy(() -> store.get(REF))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("some/key");
      assertThatThrownBy(() -> store.find("some/key"))
          .isInstanceOf(StoreUnavailableException.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aWebServerThatIsNoStoreIsNamed() throws IOException {
    // given
    HttpServer server = server(e -> answer(e, 400, "text/html", "<html>What?</html>"));
    try (MinioObjectStore store = store(server.getAddress().getPort())) {
      // when, then
      assertThatThrownBy(() -> store.get(REF))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("127.0.0.1:" + server.getAddress().getPort())
          .hasMessageContaining("winnow.store.endpoint");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aConditionalWriteIsSentOnlyOnce() throws IOException {
    // given a kept connection, on which the server hangs up once it has read the next request
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        server(
            e -> {
              if (requests.incrementAndGet() == 1) {
                e.getResponseHeaders().set("ETag", "\"tag\"");
                answer(e, 200, "application/xml", "");
              } else {
                e.getRequestBody().readAllBytes();
                e.close();
              }
            });
    try (MinioObjectStore store = store(server.getAddress().getPort())) {
      assertThat(store.create("first", new byte[1])).isTrue();
      // when, then
      assertThatThrownBy(() -> store.create("second", new byte[1]))
          .isInstanceOf(StoreUnavailableException.class);
      assertThat(requests).hasValue(2);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> new StoreConfig("http://x", "key", " ", "bucket", null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("winnow.store.secret-key");
    assertThatThrownBy(
            () -> new MinioObjectStore(new StoreConfig("not a url", "k", "s", "bucket", null)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("winnow.store.endpoint");
    assertThat(new StoreConfig("http://x", "key", "hush", "bucket", " ").toString())
        .doesNotContain("hush")
        .contains("us-east-1");
  }

  private static void assertUnavailableWithKey(ThrowingCallable request, String key) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(
            StoreUnavailableException.class,
            fault -> assertThat(fault.key()).isEqualTo(Optional.ofNullable(key)));
  }

  private static void assertUnavailable(MinioObjectStore store, int port) {
    assertThatThrownBy(() -> store.get(REF))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("127.0.0.1:" + port);
    assertThatThrownBy(() -> store.put("a", new byte[1]))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.stat("a")).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.list("a")).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(store::ping).isInstanceOf(StoreUnavailableException.class);
  }
}
