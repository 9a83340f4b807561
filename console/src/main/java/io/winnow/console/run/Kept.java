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
 * What the store says of a run, as far as the list shows it.
 *
 * @param request null where there is none
 * @param frechet null until it is evaluated
 * @param seconds cost of all stages, null until it is evaluated
 * @param problem of a failed or cancelled run
 */
record Kept(Run request, RunStatus status, Double frechet, Double seconds, String problem) {
  static final Kept NOTHING = new Kept(null, RunStatus.NOT_FOUND, null, null, null);

  /**
   * @param status as the folder's names tell it
   */
  static Kept read(RunFolder folder, RunStatus status) {
    Run request = folder.request().orElse(null);
    return switch (status) {
      case SUCCEEDED -> {
        Optional<RunReport> report = folder.report();
        yield new Kept(
            request,
            status,
            report.map(RunReport::frechet).orElse(null),
            report.map(Kept::seconds).orElse(null),
            null);
      }
      case FAILED ->
          new Kept(request, status, null, null, folder.failed().map(RunFailed::text).orElse(null));
      case CANCELLED ->
          new Kept(
              request, status, null, null, folder.cancelled().map(RunCancel::reason).orElse(null));
      default -> new Kept(request, status, null, null, null);
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
