package io.winnow.store.artifact;

import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import java.util.List;

/**
 * The records of a run as far as they can be read. A list of runs shows the rest of a run, and all
 * other runs, where one record is damaged.
 *
 * @param status as the names of the records show it
 * @param request null where there is none, as all that follow
 * @param stages finished stages, in the order in which they finished
 * @param damaged for each record that cannot be read one line, which names it
 */
public record RunContents(
    RunStatus status,
    Run request,
    List<StageRecord> stages,
    RunFailed failed,
    RunCancel cancelled,
    RunReport report,
    List<String> damaged) {
  public RunContents {
    stages = List.copyOf(stages);
    damaged = List.copyOf(damaged);
  }
}
