package io.winnow.console.run;

import io.winnow.contracts.run.RunStatus;
import java.time.Instant;

/**
 * A run in the list.
 *
 * @param name null, as what follows from the request, while that is not known
 * @param kept share of the images that are kept; the spec's, where it says one
 * @param stage what it does now, or did last
 * @param share how far that stage is, in [0, 1]; null where it does not say
 * @param frechet Fréchet distance of its samples, once evaluated
 * @param seconds what it has cost in all, once evaluated
 * @param problem why it failed or was cancelled
 */
public record RunLine(
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
