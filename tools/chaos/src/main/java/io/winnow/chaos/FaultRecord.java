package io.winnow.chaos;

import java.time.Duration;

/**
 * A fault that was injected.
 *
 * @param target the replica it was injected into; null if it was not injected into a service
 * @param recovery recovery time: from the start of the fault until the run made progress after the
 *     fault's end
 */
public record FaultRecord(Fault fault, String target, Duration recovery) {}
