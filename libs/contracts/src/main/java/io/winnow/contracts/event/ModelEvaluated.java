package io.winnow.contracts.event;

import io.winnow.contracts.Lineage;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.Run;

/**
 * The model is evaluated: the end of a run.
 *
 * @param report the run's report, a {@link io.winnow.contracts.run.RunReport} as JSON
 */
public record ModelEvaluated(Run run, Lineage lineage, ObjectRef report) implements LineageEvent {
  public ModelEvaluated {
    Mandatory.field("run", run);
    Mandatory.field("lineage", lineage);
    Mandatory.field("report", report);
  }
}
