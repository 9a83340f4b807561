package io.winnow.stage.jobs;

import io.winnow.contracts.InvalidInputException;
import io.winnow.stage.jobs.JobsResource.Problem;
import io.winnow.store.object.StoreUnavailableException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;

/** Answers of a service's endpoints that say what is wrong and what to do about it, as JSON. */
public final class Problems {
  private static final int RETRY_SECONDS = 5;

  private Problems() {}

  /** Any status. */
  public static Response of(Status status, String problem, String remedy) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON)
        .entity(new Problem(problem, remedy))
        .build();
  }

  /** 400: what was asked cannot be done. */
  public static Response of(InvalidInputException bad) {
    return of(Status.BAD_REQUEST, bad.problem(), bad.remedy());
  }

  /** 503: the store cannot be reached now. */
  public static Response of(StoreUnavailableException away) {
    return later("the store is away: " + away.getMessage());
  }

  /** 503 with {@code Retry-After}: not now. */
  public static Response later(String problem) {
    return Response.fromResponse(
            of(Status.SERVICE_UNAVAILABLE, problem, "try again in some seconds"))
        .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
        .build();
  }
}
