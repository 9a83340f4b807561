package io.winnow.console.run;

import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.artifact.RunFolder;
import java.util.Optional;

/**
 * What the store has of a run, as far as the list shows it.
 *
 * @param request null if there is none
 * @param frechet Fréchet distance; null until the run has succeeded
 * @param seconds cost of all stages; null until the run has succeeded
 * @param problem of a failed or cancelled run
 */
record StoredRun(Run request, RunStatus status, Double frechet, Double seconds, String problem) {
  static final StoredRun NOTHING = new StoredRun(null, RunStatus.NOT_FOUND, null, null, null);

  /**
   * @param status as the names of the folder's objects show it
   */
  static StoredRun read(RunFolder folder, RunStatus status) {
    Run request = folder.request().orElse(null);
    return switch (status) {
      case SUCCEEDED -> {
        Optional<RunReport> report = folder.report();
        yield new StoredRun(
            request,
            status,
            report.map(RunReport::frechet).orElse(null),
            report.map(StoredRun::seconds).orElse(null),
            null);
      }
      case FAILED ->
          new StoredRun(
              request, status, null, null, folder.failed().map(RunFailed::text).orElse(null));
      case CANCELLED ->
          new StoredRun(
              request, status, null, null, folder.cancelled().map(RunCancel::reason).orElse(null));
      default -> new StoredRun(request, status, null, null, null);
    };
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
