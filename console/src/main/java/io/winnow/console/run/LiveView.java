package io.winnow.console.run;

import io.winnow.contracts.run.RunStatus;
import java.util.List;
import java.util.Map;

/**
 * What changes while a run is running.
 *
 * @param problem why it failed or was cancelled, else null
 * @param stages in the order of their first events
 * @param figures metrics of the stages: pairs of progress and value, by {@code <stage> <metric>}
 * @param log the last lines, oldest first
 */
public record LiveView(
    RunStatus status,
    String problem,
    List<StageView> stages,
    Map<String, List<double[]>> figures,
    List<LogLine> log) {}
