package io.winnow.local.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code /q/health/ready} and {@code /q/health/live} of services. Thread-safe. */
final class HealthProbes implements Health {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int OK = 200;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();

  @Override
  public boolean ready(Child child) throws InterruptedException {
    try {
      return get(child, "ready", HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Optional<String> fault(Child child) throws InterruptedException {
    try {
      HttpResponse<byte[]> response = get(child, "live", HttpResponse.BodyHandlers.ofByteArray());
      return response.statusCode() == OK ? Optional.empty() : Optional.of(fault(response));
    } catch (IOException e) {
      return Optional.of("no answer");
    }
  }

  private <T> HttpResponse<T> get(Child child, String probe, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(child.base().resolve("/q/health/" + probe)).timeout(TIMEOUT).build(),
        body);
  }

  /** The names of the health checks that are down, or the status if the answer has none. */
  private static String fault(HttpResponse<byte[]> response) {
    List<String> down = new ArrayList<>();
    try {
      for (JsonNode check : Json.mapper().readTree(response.body()).path("checks")) {
        if (!check.path("status").asText().equals("UP")) {
          down.add(check.path("name").asText());
        }
      }
    } catch (IOException e) {
      // not the answer of a health check: its status has to do
    }
    return down.isEmpty()
        ? "status " + response.statusCode()
        : "health check " + String.join(", ", down);
  }
}
