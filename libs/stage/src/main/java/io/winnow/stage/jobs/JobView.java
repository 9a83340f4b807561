package io.winnow.stage.jobs;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A job at one moment, as {@code GET /jobs} shows it. */
@Schema(name = "Job", description = "A job at one moment")
public record JobView(
    @Schema(description = "names the job in this process, e.g. run-1.select.1a2b3c4d5e6f")
        String id,
    @Schema(description = "the run it works for") String run,
    @Schema(description = "e.g. select") String stage,
    JobState state,
    @Schema(description = "address of the artifact; null when the job failed at the door")
        String address,
    @Schema(description = "units done") long done,
    @Schema(description = "units in all, 0 when not known") long total,
    @Schema(description = "e.g. images") String unit,
    @Schema(description = "units a second of late, 0 when not known") double rate,
    @Schema(description = "seconds left, null when not known") Double etaSeconds,
    @Schema(description = "a line for people, may be null") String message,
    Instant startedAt,
    @Schema(description = "the last sign of life") Instant heartbeatAt,
    @Schema(description = "null while it runs") Instant endedAt) {}
