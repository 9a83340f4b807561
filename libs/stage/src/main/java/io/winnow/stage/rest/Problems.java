package io.winnow.stage.rest;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.store.object.StoreUnavailableException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/** Error responses with a {@link Problem} as JSON. */
public final class Problems {
  private static final int RETRY_SECONDS = 5;

  private Problems() {}

  /** A response of any status. */
  public static Response of(Status status, String problem, String remedy) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON)
        .entity(new Problem(problem, remedy))
        .build();
  }

  /**
   * Ends a request before it reaches a resource.
   *
   * @return completes when the response was written
   */
  public static Future<Void> end(RoutingContext context, int status, Problem problem) {
    return context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
        .end(Buffer.buffer(Json.bytes(problem)));
  }

  /** 400: the request is invalid. */
  public static Response of(InvalidInputException bad) {
    return of(Status.BAD_REQUEST, bad.problem(), bad.remedy());
  }

  /** 503: the store is unavailable. */
  public static Response of(StoreUnavailableException away) {
    return later("the store is unavailable: " + away.getMessage());
  }

  /** 503 with {@code Retry-After}. */
  public static Response later(String problem) {
    return Response.fromResponse(
            of(Status.SERVICE_UNAVAILABLE, problem, "try again in a few seconds"))
        .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
        .build();
  }

  /**
   * The response to a request that failed: 400 for invalid input, 503 if the store is unavailable
   * or the queue is full.
   *
   * @param busy the problem if the request was not accepted, e.g. {@code other requests are drawn
   *     first}
   * @throws CompletionException any other fault
   */
  public static Response of(Throwable thrown, String busy) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    if (cause instanceof InvalidInputException bad) {
      return of(bad);
    }
    if (cause instanceof StoreUnavailableException away) {
      return of(away);
    }
    if (cause instanceof RejectedExecutionException || cause instanceof CancellationException) {
      return later(busy);
    }
    throw new CompletionException(cause);
  }
}
