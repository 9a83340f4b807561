package io.winnow.console.run;

import java.time.Instant;

/** One line of a run's log. */
public record LogLine(Instant at, String stage, String text) {}
