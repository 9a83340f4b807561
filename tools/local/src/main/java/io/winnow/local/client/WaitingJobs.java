package io.winnow.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Json;
import io.winnow.contracts.Shown;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What jobs of a running system wait for, as its services tell by {@code GET /jobs}. */
public final class WaitingJobs {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private WaitingJobs() {}

  /**
   * A job that waits.
   *
   * @param reason what it waits for
   */
  public record Waiting(String run, String stage, String reason) {
    /** One line for a terminal. */
    public String line() {
      return Shown.line(run + ": " + stage + " " + reason);
    }
  }

  /**
   * Asks services; one that does not answer within a second is left out.
   *
   * @param services their base URLs
   */
  public static List<Waiting> of(Collection<String> services) {
    return of(services, TIMEOUT);
  }

  static List<Waiting> of(Collection<String> services, Duration timeout) {
    HttpClient http = HttpClient.newBuilder().connectTimeout(timeout).build();
    List<CompletableFuture<List<Waiting>>> answers =
        services.stream().map(service -> ask(http, service, timeout)).toList();
    return answers.stream().flatMap(answer -> answer.join().stream()).toList();
  }

  private static CompletableFuture<List<Waiting>> ask(
      HttpClient http, String service, Duration timeout) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(service + "/jobs?state=waiting"))
            .timeout(timeout)
            .build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(response -> response.statusCode() == 200 ? read(response.body()) : none())
        .exceptionally(fault -> none());
  }

  private static List<Waiting> none() {
    return List.of();
  }

  private static List<Waiting> read(byte[] body) {
    try {
      Stream<JsonNode> jobs =
          StreamSupport.stream(Json.mapper().readTree(body).spliterator(), false);
      return jobs.map(
              job ->
                  new Waiting(
                      job.path("run").asText(),
                      job.path("stage").asText(),
                      job.path("message").asText("waiting")))
          .toList();
    } catch (IOException e) {
      return none();
    }
  }
}
