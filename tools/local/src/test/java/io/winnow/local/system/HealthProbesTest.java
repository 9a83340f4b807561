package io.winnow.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthProbesTest {
  private final HealthProbes probes = new HealthProbes();
  private HttpServer server;
  private Child child;
  private int status = 200;
  private String body = "{\"status\":\"UP\",\"checks\":[]}";

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/q/health/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    child =
        (Child)
            Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Child.class}, (p, m, a) -> base);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void namesTheChecksThatAreDown() throws Exception {
    // given a healthy service
    assertThat(probes.ready(child)).isTrue();
    assertThat(probes.fault(child)).isEmpty();

    // when one check of two is down
    status = 503;
    body =
        "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"channels\",\"status\":\"UP\"},"
            + "{\"name\":\"jobs\",\"status\":\"DOWN\",\"data\":{\"job\":\"train\"}}]}";

    // then
    assertThat(probes.ready(child)).isFalse();
    assertThat(probes.fault(child)).hasValue("health check jobs");

    // when the answer is none of a health check
    body = "<html>";
    assertThat(probes.fault(child)).hasValue("status 503");

    // when nobody answers
    server.stop(0);
    assertThat(probes.ready(child)).isFalse();
    assertThat(probes.fault(child)).hasValue("no answer");
  }
}
