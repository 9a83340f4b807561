package io.winnow.console.run;

import io.winnow.contracts.run.RunStatus;
import java.time.Instant;

/**
 * A run in the list.
 *
 * @param name null, like all that follows from the request, while the request is unknown
 * @param kept share of the images to keep, where the spec gives one
 * @param stage the current or last stage
 * @param share progress of that stage, in [0, 1]; null where it is unknown
 * @param frechet Fréchet distance of its samples; null until the run has succeeded
 * @param seconds cost of all stages; null until the run has succeeded
 * @param problem why it failed or was cancelled
 */
public record RunListItem(
    String id,
    String name,
    RunStatus status,
    Instant requestedAt,
    String dataset,
    String criterion,
    Double kept,
    String weighting,
    Long seed,
    String stage,
    Double share,
    Double frechet,
    Double seconds,
    String problem) {}
