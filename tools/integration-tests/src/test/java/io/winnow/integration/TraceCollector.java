package io.winnow.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.object.Digests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/** Takes spans by OTLP over HTTP, and finds names in them: enough of a collector for a test. */
final class TraceCollector implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpServer server;
  private final List<byte[]> bodies = Collections.synchronizedList(new ArrayList<>());

  TraceCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
          try (InputStream in =
              zipped
                  ? new GZIPInputStream(new ByteArrayInputStream(body))
                  : new ByteArrayInputStream(body)) {
            bodies.add(in.readAllBytes());
          }
          exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  /** What makes services tell it. */
  Map<Service, Map<String, String>> settings() {
    return SystemOptions.everywhere(
        Map.of(
            "quarkus.otel.sdk.disabled", "false",
            "quarkus.otel.exporter.otlp.protocol", "http/protobuf",
            "quarkus.otel.exporter.otlp.endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort(),
            "quarkus.otel.bsp.schedule.delay", "500ms"));
  }

  /** Waits until spans of all these names have come with the trace of a run. */
  void await(String run, Set<String> names) throws InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    Set<String> missing = missing(run, names);
    while (!missing.isEmpty() && Instant.now().isBefore(deadline)) {
      Thread.sleep(500);
      missing = missing(run, names);
    }
    assertThat(missing).as("stages without a span in the trace of " + run).isEmpty();
  }

  private Set<String> missing(String run, Set<String> names) {
    // as RunTraces says
    String digest = Digests.sha256(("trace " + run).getBytes(StandardCharsets.UTF_8));
    String trace = latin(HexFormat.of().parseHex(digest.substring(0, 32)));
    Set<String> missing = new TreeSet<>(names);
    for (byte[] body : List.copyOf(bodies)) {
      String text = latin(body);
      for (int at = text.indexOf(trace); at >= 0; at = text.indexOf(trace, at + 1)) {
        missing.remove(nameAfter(text, at + trace.length()));
      }
    }
    return missing;
  }

  // of a Span of opentelemetry.proto.trace.v1: trace_id = 1 and span_id = 2 (bytes), parent_span_id
  // =
  // 4 (bytes), name = 5 (string), in this order as the exporter writes them, a flag or state
  // between
  private static String nameAfter(String text, int from) {
    int at = from;
    while (at + 1 < text.length() && text.charAt(at) != (5 << 3 | 2)) {
      at += 2 + text.charAt(at + 1);
    }
    return at + 1 < text.length()
        ? text.substring(at + 2, Math.min(text.length(), at + 2 + text.charAt(at + 1)))
        : "";
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
