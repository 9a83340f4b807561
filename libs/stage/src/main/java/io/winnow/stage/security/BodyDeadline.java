package io.winnow.stage.security;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.winnow.stage.rest.Problem;
import io.winnow.stage.rest.Problems;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;

/**
 * Ends requests whose body does not arrive in time: a worker thread waits for each of them, so a
 * few hundred would stop all others.
 */
@ApplicationScoped
class BodyDeadline {
  // after authorization: the body of a request that is refused is not read
  private static final int PRIORITY = 50;
  private static final int TIMEOUT = 408;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Duration limit;

  @Inject
  BodyDeadline() {
    this(LIMIT);
  }

  /**
   * @param limit from a request's head to the end of its body
   */
  BodyDeadline(Duration limit) {
    this.limit = limit;
  }

  void register(@Observes Filters filters) {
    filters.register(this::watch, PRIORITY);
  }

  void watch(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (request.headers().contains(HttpHeaders.CONTENT_LENGTH)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
      long timer = context.vertx().setTimer(limit.toMillis(), id -> end(context));
      context.addEndHandler(done -> context.vertx().cancelTimer(timer));
    }
    context.next();
  }

  private void end(RoutingContext context) {
    if (context.request().isEnded()) {
      return;
    }
    HttpConnection connection = context.request().connection();
    if (context.response().headWritten()) {
      connection.close();
      return;
    }
    Problem late =
        new Problem(
            "the body did not arrive within " + limit.toMillis() + " ms",
            "send the whole body at once");
    Problems.end(context, TIMEOUT, late).onComplete(sent -> connection.close());
  }
}
