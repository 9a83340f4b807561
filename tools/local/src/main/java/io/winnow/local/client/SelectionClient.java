package io.winnow.local.client;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Asks a selector for a coreset, by {@code POST /selections}, and waits for it. */
public final class SelectionClient {
  private static final Duration TRY = Duration.ofMinutes(1);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int UNAUTHORIZED = 401;
  private static final Set<String> GOOD = Set.of("succeeded", "reused");
  private static final Set<String> RUNNING = Set.of("running", "waiting");

  private final URI selector;
  private final String token;
  private final Duration pause;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();

  /** What is asked for; null stands for the selector's default. */
  public record Request(
      String dataset,
      String features,
      String encoder,
      String reference,
      SelectionSpec selection,
      Long seed) {}

  /**
   * What came of it.
   *
   * @param coreset its address
   * @param reused whether it was there
   */
  public record Answer(String coreset, boolean reused) {}

  /**
   * @param selector its base URL
   * @param token what it wants to see; null where it is not known
   * @param pause between two looks at the job
   */
  public SelectionClient(URI selector, String token, Duration pause) {
    this.selector = selector;
    this.token = token;
    this.pause = pause;
  }

  /**
   * @param progress told a line for people at each look
   * @throws InvalidInputException what the selector refuses, in its words
   * @throws RunEndedException the selection failed
   * @throws IllegalStateException the selector does not answer, or has too much to do
   */
  public Answer select(Request request, Consumer<String> progress) throws InterruptedException {
    HttpResponse<byte[]> response =
        send(
            HttpRequest.newBuilder(selector.resolve("/selections"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(request))));
    if (response.statusCode() == UNAUTHORIZED) {
      throw unknown();
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

  private static InvalidInputException unknown() {
    return new InvalidInputException(
        "the selector does not know who asks",
        "set WINNOW_API_TOKEN to the token of its winnow.api.token");
  }

  private Answer follow(URI job, Consumer<String> progress) throws InterruptedException {
    while (true) {
      HttpResponse<byte[]> response = send(HttpRequest.newBuilder(job).GET());
      JsonNode view = tree(response);
      if (response.statusCode() != 200) {
        throw unexpected(response, view);
      }
      String state = view.path("state").asText();
      if (GOOD.contains(state)) {
        return new Answer(view.path("address").asText(), state.equals("reused"));
      }
      if (!RUNNING.contains(state)) {
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
      return http.send(request.timeout(TRY).build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new IllegalStateException("the selector at " + selector + " does not answer: " + e, e);
    }
  }

  private static JsonNode tree(HttpResponse<byte[]> response) {
    try {
      return Json.mapper().readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(
          response.uri() + " answered " + response.statusCode() + " without JSON", e);
    }
  }

  private static IllegalStateException unexpected(HttpResponse<byte[]> response, JsonNode body) {
    return new IllegalStateException(
        response.uri()
            + " answered "
            + response.statusCode()
            + ": "
            + body.path("problem").asText("nothing")
            + ", "
            + body.path("remedy").asText("try again"));
  }
}
