package io.winnow.trainer.experiment;

import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far an experiment is.
 *
 * @param id as in its address
 * @param name for people
 * @param baseline the arm that the others are compared with
 * @param plannedAt when
 * @param notes what was made smaller, in sentences
 * @param counts runs by where they stand
 * @param runs in the order in which they are asked for
 * @param report where its report is, null before there is one
 */
public record ExperimentView(
    String id,
    String name,
    String baseline,
    Instant plannedAt,
    List<String> notes,
    Map<String, Long> counts,
    List<RunView> runs,
    String report) {

  /**
   * One run.
   *
   * @param run its id, of the last attempt
   * @param stages those that are through
   * @param frechet of the final model, null before
   */
  public record RunView(
      String run,
      String arm,
      Double ratio,
      long seed,
      RunStatus status,
      List<String> stages,
      Double frechet) {}

  static ExperimentView of(ObjectStore store, Experiment experiment, String report) {
    List<RunView> runs = experiment.runs().stream().map(member -> run(store, member)).toList();
    Map<String, Long> counts = new TreeMap<>();
    runs.forEach(run -> counts.merge(run.status().toString(), 1L, Long::sum));
    return new ExperimentView(
        experiment.id(),
        experiment.name(),
        experiment.baseline(),
        experiment.plannedAt(),
        experiment.notes(),
        counts,
        runs,
        report);
  }

  private static RunView run(ObjectStore store, Member member) {
    RunFolder folder = RunFolder.latest(store, member.run());
    return new RunView(
        folder.id(),
        member.arm(),
        member.ratio(),
        member.seed(),
        folder.status(),
        folder.stages().stream().map(StageRecord::stage).toList(),
        folder.report().map(RunReport::frechet).orElse(null));
  }
}
