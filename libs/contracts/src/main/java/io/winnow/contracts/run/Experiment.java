package io.winnow.contracts.run;

import io.winnow.contracts.spec.RunSpec;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Runs that are compared with each other, planned before the first is asked for; the object {@code
 * experiments/<id>/experiment.json}.
 *
 * @param id the name and 8 hexadecimal digits of what was asked; a run's id begins with it
 * @param name for people
 * @param baseline the arm that the others are compared with
 * @param runs in the order in which they are asked for
 * @param notes what was made smaller to fit the time that was given, in sentences
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
