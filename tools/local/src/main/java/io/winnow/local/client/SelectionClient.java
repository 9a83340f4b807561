package io.winnow.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.SelectionSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Requests a coreset from a selector by {@code POST /selections} and waits for it. */
public final class SelectionClient {
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int UNAUTHORIZED = 401;
  private static final Set<String> SUCCEEDED = Set.of("succeeded", "reused");
  private static final Set<String> UNFINISHED = Set.of("running", "waiting");

  private final URI selector;
  private final String token;
  private final Duration pause;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();

  /** The request body; null means the selector's default. */
  public record Request(
      String dataset,
      String features,
      String encoder,
      String reference,
      SelectionSpec selection,
      Long seed) {}

  /**
   * The result.
   *
   * @param coreset address of the coreset
   * @param reused whether it was already stored
   */
  public record Answer(String coreset, boolean reused) {}

  /**
   * @param selector its base URL
   * @param token its API token; null if unknown
   * @param pause between two polls of the job
   */
  public SelectionClient(URI selector, String token, Duration pause) {
    this.selector = selector;
    this.token = token;
    this.pause = pause;
  }

  /**
   * Requests a coreset and waits until it is stored.
   *
   * @param progress receives a line of text at each poll
   * @throws InvalidInputException the selector rejected the request
   * @throws RunEndedException the selection failed
   * @throws IllegalStateException the selector does not answer, or is overloaded
   */
  public Answer select(Request request, Consumer<String> progress) throws InterruptedException {
    HttpResponse<byte[]> response =
        send(
            HttpRequest.newBuilder(selector.resolve("/selections"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(request))));
    if (response.statusCode() == UNAUTHORIZED) {
      throw unauthorized();
    }
    JsonNode body = tree(response);
    return switch (response.statusCode()) {
      case 200 -> new Answer(body.path("coreset").path("address").asText(), true);
      case 202 -> follow(selector.resolve("/jobs/" + body.path("id").asText()), progress);
      case 400 ->
          throw new InvalidInputException(
              body.path("problem").asText(), body.path("remedy").asText());
      default -> throw unexpected(response, body);
    };
  }

  private static InvalidInputException unauthorized() {
    return new InvalidInputException(
        "the selector rejected the API token",
        "set WINNOW_API_TOKEN to the value of its setting winnow.api.token");
  }

  private Answer follow(URI job, Consumer<String> progress) throws InterruptedException {
    while (true) {
      HttpResponse<byte[]> response = send(HttpRequest.newBuilder(job).GET());
      JsonNode view = tree(response);
      if (response.statusCode() != 200) {
        throw unexpected(response, view);
      }
      String state = view.path("state").asText();
      if (SUCCEEDED.contains(state)) {
        return new Answer(view.path("address").asText(), state.equals("reused"));
      }
      if (!UNFINISHED.contains(state)) {
        throw new RunEndedException("the selection failed: " + view.path("message").asText(state));
      }
      progress.accept(line(view));
      Thread.sleep(pause.toMillis());
    }
  }

  private static String line(JsonNode view) {
    String message = view.path("message").asText("");
    return view.path("total").asLong() == 0
        ? message
        : String.format(
            Locale.ROOT,
            "%,d/%,d %s%s",
            view.path("done").asLong(),
            view.path("total").asLong(),
            view.path("unit").asText(),
            message.isEmpty() ? "" : ", " + message);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws InterruptedException {
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return http.send(
          request.timeout(REQUEST_TIMEOUT).build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(
          "the selector at " + selector + " does not answer: " + Causes.of(e), e);
    }
  }

  private static JsonNode tree(HttpResponse<byte[]> response) {
    try {
      return Json.mapper().readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(
          response.uri() + " answered " + response.statusCode() + " without a JSON body", e);
    }
  }

  private static IllegalStateException unexpected(HttpResponse<byte[]> response, JsonNode body) {
    return new IllegalStateException(
        response.uri()
            + " answered "
            + response.statusCode()
            + ": "
            + body.path("problem").asText("no problem given")
            + ", "
            + body.path("remedy").asText("try again"));
  }
}
