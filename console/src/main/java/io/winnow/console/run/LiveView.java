package io.winnow.console.run;

import io.winnow.contracts.run.RunStatus;
import java.util.List;
import java.util.Map;

/**
 * What changes while a run goes on.
 *
 * @param problem why it failed or was cancelled, else null
 * @param stages in the order in which they were first heard of
 * @param figures what stages say of themselves in numbers: pairs of progress and value, by {@code
 *     <stage> <figure>}
 * @param log the last lines, oldest first
 */
public record LiveView(
    RunStatus status,
    String problem,
    List<StageView> stages,
    Map<String, List<double[]>> figures,
    List<LogLine> log) {}
