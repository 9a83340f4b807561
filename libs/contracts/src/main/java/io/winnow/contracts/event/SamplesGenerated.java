package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.run.Run;

/** The model's samples are there: {@code lineage.samples}. */
public record SamplesGenerated(Run run, Lineage lineage) implements Event {
  @Override
  public String runId() {
    return run == null ? null : run.id();
  }
}
