package io.winnow.contracts.event;

import io.winnow.contracts.run.Run;

/** A request for a run. */
public record RunRequested(Run run) implements Event {
  public RunRequested {
    Mandatory.field("run", run);
  }

  @Override
  public String runId() {
    return run.id();
  }
}
