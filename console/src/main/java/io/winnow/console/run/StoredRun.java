package io.winnow.console.run;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.RunFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the store has of a run, as far as the list shows it.
 *
 * @param request null if there is none
 * @param frechet Fréchet distance; null until the run has succeeded
 * @param seconds cost of all stages; null until the run has succeeded
 * @param problem of a failed or cancelled run, and the records that cannot be read
 */
record StoredRun(Run request, RunStatus status, Double frechet, Double seconds, String problem) {
  static final StoredRun NOTHING = new StoredRun(null, RunStatus.NOT_FOUND, null, null, null);

  /**
   * Reads what can be read; the problem also names records that cannot.
   *
   * @param status as the names of the folder's objects show it
   */
  static StoredRun read(RunFolder folder, RunStatus status) {
    List<String> problems = new ArrayList<>();
    Optional<Run> request = readable(folder::request, problems);
    Optional<RunReport> report = Optional.empty();
    switch (status) {
      case SUCCEEDED -> report = readable(folder::report, problems);
      case FAILED ->
          readable(folder::failed, problems).map(RunFailed::text).ifPresent(problems::add);
      case CANCELLED ->
          readable(folder::cancelled, problems).map(RunCancel::reason).ifPresent(problems::add);
      default -> {}
    }
    return new StoredRun(
        request.orElse(null),
        status,
        report.map(RunReport::frechet).orElse(null),
        report.map(StoredRun::seconds).orElse(null),
        problems.isEmpty() ? null : String.join("; ", problems));
  }

  private static <T> Optional<T> readable(Supplier<Optional<T>> record, List<String> problems) {
    try {
      return record.get();
    } catch (InvalidInputException e) {
      problems.add(e.problem());
      return Optional.empty();
    }
  }

  private static double seconds(RunReport report) {
    return report.stages().stream()
        .map(StageRecord::cost)
        .filter(cost -> cost != null)
        .mapToDouble(StageRecord.Cost::seconds)
        .sum();
  }

  boolean over() {
    return status != RunStatus.NOT_FOUND && status != RunStatus.RUNNING;
  }
}
