package io.winnow.stage.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is refused before it reaches a resource. Requests are bytes, as any client may send them.
 */
@Timeout(60)
class RequestFiltersTest {
  private static final Vertx VERTX = Vertx.vertx();

  private final HostCheck hosts = new HostCheck(Optional.of(List.of("winnow.example.com")));
  private final BodyDeadline deadline = new BodyDeadline(Duration.ofMillis(50));

  @AfterAll
  static void close() throws Exception {
    VERTX.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  /** Sends the request, and reads until the server closes the connection. */
  private static String answer(Handler<RoutingContext> filter, String request) throws Exception {
    Router router = Router.router(VERTX);
    router.route().handler(filter);
    router
        .route()
        .handler(
            context ->
                context
                    .request()
                    .body()
                    .onSuccess(body -> context.response().end("read " + body.length())));
    HttpServer server =
        VERTX
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(1, TimeUnit.MINUTES);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError("the server broke the connection", e);
    } finally {
      server.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }
  }

  private String host(String header) throws Exception {
    return answer(hosts::check, "GET / HTTP/1.1\r\n" + header + "Connection: close\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8085",
        "10.1.2.3",
        "[::1]:8085",
        "localhost",
        "LOCALHOST:8085",
        "a.localhost",
        "console",
        "console:8085",
        "console.winnow.svc",
        "console.winnow.svc.cluster.local:8080",
        "winnow.example.com",
        "Winnow.Example.com.:443"
      })
  void aHostThatNobodyElseCanHaveIsAccepted(String host) throws Exception {
    assertThat(host("Host: " + host + "\r\n")).contains("200 OK", "read 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example.com",
        "evil.example.com:8085",
        "127.0.0.1.evil.com",
        "localhost.evil.com",
        "evil.winnow.example.com",
        "evil.com.",
        "1.2.3.4.nip.io"
      })
  void aPublicNameThatIsNotListedIsRefused(String host) throws Exception {
    assertThat(host("Host: " + host + "\r\n"))
        .contains("421 ", "application/json", "is not a name of this service", "winnow.http.hosts")
        .doesNotContain("read 0");
  }

  @Test
  void withoutANameNothingIsLimitedToIt() throws Exception {
    assertThat(answer(hosts::check, "GET / HTTP/1.0\r\n\r\n")).contains("200 OK", "read 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 10\r\n\r\nhalf",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
      })
  void aBodyThatDoesNotArriveEndsTheRequest(String rest) throws Exception {
    assertThat(answer(deadline::watch, "POST / HTTP/1.1\r\nHost: a\r\n" + rest))
        .contains("408 ", "the body did not arrive within 50 ms")
        .doesNotContain("read");
  }

  @Test
  void aWholeBodyIsRead() throws Exception {
    assertThat(
            answer(
                new BodyDeadline(Duration.ofMinutes(10))::watch,
                "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody"))
        .contains("200 OK", "read 4");
  }
}
