package io.winnow.contracts.event;

import java.time.Instant;

/**
 * The failure of a run.
 *
 * @param stage the stage that failed
 * @param problem what is wrong, naming the thing
 * @param remedy what to do about it
 */
public record RunFailed(String runId, String stage, String problem, String remedy, Instant at)
    implements Event {

  public RunFailed {
    Mandatory.runId(runId);
    Mandatory.field("stage", stage);
    Mandatory.field("problem", problem);
    Mandatory.field("remedy", remedy);
    Mandatory.field("at", at);
  }

  /** One line of text: stage, problem and remedy. */
  public String text() {
    return stage + ": " + problem + " (" + remedy + ")";
  }
}
