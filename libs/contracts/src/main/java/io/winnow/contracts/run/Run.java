package io.winnow.contracts.run;

import io.winnow.contracts.spec.RunSpec;
import java.time.Instant;
import java.util.Objects;

/**
 * One run: its id, its spec, and the time of the request.
 *
 * @param id see {@link RunId}
 */
public record Run(String id, RunSpec spec, Instant requestedAt) {
  public Run {
    RunId.require(id);
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(requestedAt, "requestedAt");
  }
}
