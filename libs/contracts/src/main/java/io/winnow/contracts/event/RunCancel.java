package io.winnow.contracts.event;

import java.time.Instant;

/**
 * A request to cancel a run.
 *
 * @param reason why, as text; may be null
 */
public record RunCancel(String runId, String reason, Instant at) implements Event {
  public RunCancel {
    Mandatory.runId(runId);
    Mandatory.field("at", at);
  }
}
