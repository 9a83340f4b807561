package io.winnow.console.api;

import io.winnow.console.run.LiveView;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.StageRecord;
import java.util.List;

/**
 * What a run's page shows, except its artifacts.
 *
 * @param request null while it is unknown
 * @param stages finished stages, in the order in which they finished
 * @param report null until the run has succeeded
 */
public record RunPage(
    String id, Run request, LiveView live, List<StageRecord> stages, RunReport report) {}
