package io.winnow.contracts.event;

import java.time.Instant;

/**
 * Somebody wants a run to stop.
 *
 * @param reason for people, may be null
 */
public record RunCancel(String runId, String reason, Instant at) implements Event {}
