package io.winnow.contracts.event;

import io.winnow.contracts.run.Run;

/** Somebody wants a run. */
public record RunRequested(Run run) implements Event {
  @Override
  public String runId() {
    return run == null ? null : run.id();
  }
}
