package io.winnow.chaos;

import java.time.Duration;

/**
 * A fault that was injected.
 *
 * @param target the service's process; null where it was none's
 * @param recovery from the fault's begin until the run was heard of again, after its end
 */
public record Injury(Fault fault, String target, Duration recovery) {}
