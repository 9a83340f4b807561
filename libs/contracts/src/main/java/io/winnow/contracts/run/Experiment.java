package io.winnow.contracts.run;

import io.winnow.contracts.spec.RunSpec;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Runs that are compared with each other, planned before the first is requested; the object {@code
 * experiments/<id>/experiment.json}.
 *
 * @param id the name and 8 hexadecimal digits of its request; a run's id begins with it
 * @param name shown in reports
 * @param baseline the arm that the others are compared with
 * @param runs in the order in which they are requested
 * @param notes what was reduced to fit the time budget, in sentences
 * @param plannedAt when
 */
public record Experiment(
    String id,
    String name,
    String baseline,
    List<Member> runs,
    List<String> notes,
    Instant plannedAt) {

  public Experiment {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(baseline, "baseline");
    runs = List.copyOf(runs);
    notes = List.copyOf(notes);
  }

  /**
   * One of the runs.
   *
   * @param run its id
   * @param arm what is tried
   * @param ratio share of each class kept; null where the arm says otherwise how many are
   * @param seed of the run
   * @param spec not resolved: paths are as the experiment's spec has them, but absolute
   */
  public record Member(String run, String arm, Double ratio, long seed, RunSpec spec) {}
}
