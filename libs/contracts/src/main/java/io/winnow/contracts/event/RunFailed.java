package io.winnow.contracts.event;

import java.time.Instant;

/**
 * A run that cannot go on.
 *
 * @param stage where it failed
 * @param problem what is wrong, naming the thing
 * @param remedy what to do about it
 */
public record RunFailed(String runId, String stage, String problem, String remedy, Instant at)
    implements Event {

  /** For people: where, what, and what to do. */
  public String text() {
    return stage + ": " + problem + " (" + remedy + ")";
  }
}
