package io.winnow.console.run;

import java.time.Instant;

/** Something that a stage said. */
public record LogLine(Instant at, String stage, String text) {}
