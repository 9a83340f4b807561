package io.winnow.console.api;

import io.winnow.console.run.LiveView;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import java.util.List;

/**
 * All that a run's page shows but its artifacts.
 *
 * @param request null where it is not known yet
 * @param stages stages that are through, in the order in which they finished
 * @param report once it is evaluated
 */
public record RunPage(
    String id, Run request, LiveView live, List<StageRecord> stages, RunReport report) {}
