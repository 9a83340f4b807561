package io.winnow.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.winnow.local.client.WaitingJobs.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What services say about jobs that wait. */
class WaitingJobsTest {
  private final List<HttpServer> servers = new ArrayList<>();

  @AfterEach
  void close() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void saysWhatEachJobWaitsForAndLeavesOutWhoDoesNotTell() throws IOException {
    // given a service with a waiting job, one that fails, one that answers nonsense, one that is
    // gone
    String trainer =
        serve(
            200,
            """
            [{"run": "run-2", "stage": "train", "state": "waiting",
              "message": "queued, 1 before it; run-1.train runs"}]""");
    String failing = serve(500, "{}");
    String nonsense = serve(200, "<html>");
    String gone = serve(200, "[]");
    servers.get(3).stop(0);

    // then
    List<Waiting> waiting =
        WaitingJobs.of(List.of(gone, nonsense, failing, trainer), Duration.ofSeconds(30));
    assertThat(waiting)
        .containsExactly(new Waiting("run-2", "train", "queued, 1 before it; run-1.train runs"));
    assertThat(waiting.get(0).line())
        .isEqualTo("run-2: train queued, 1 before it; run-1.train runs");
  }

  private String serve(int status, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/jobs",
        exchange -> {
          byte[] content = body.getBytes(StandardCharsets.UTF_8);
          boolean asked = "state=waiting".equals(exchange.getRequestURI().getQuery());
          exchange.sendResponseHeaders(asked ? status : 400, content.length);
          exchange.getResponseBody().write(content);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }
}
