package io.winnow.stage.jobs;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A snapshot of a job, as {@code GET /jobs} returns it. */
@Schema(name = "Job", description = "A snapshot of a job")
public record JobView(
    @Schema(description = "id of the job in this process, e.g. run-1.select.1a2b3c4d5e6f")
        String id,
    @Schema(description = "the run that it works for") String run,
    @Schema(description = "e.g. select") String stage,
    JobState state,
    @Schema(description = "address of the artifact; null if the input was rejected") String address,
    @Schema(description = "units done") long done,
    @Schema(description = "units in total, 0 if unknown") long total,
    @Schema(description = "e.g. images") String unit,
    @Schema(description = "units per second over the last seconds, 0 if unknown") double rate,
    @Schema(description = "seconds left, null if unknown") Double etaSeconds,
    @Schema(description = "for people; may be null") String message,
    @Schema(description = "number of jobs before it; null unless it is queued") Integer before,
    @Schema(description = "id of the job that it is queued behind; may be null") String holder,
    Instant startedAt,
    @Schema(description = "time of the last heartbeat") Instant heartbeatAt,
    @Schema(description = "null while it runs") Instant endedAt) {

  JobView behind(Integer count, String running) {
    return new JobView(
        id,
        run,
        stage,
        state,
        address,
        done,
        total,
        unit,
        rate,
        etaSeconds,
        message,
        count,
        running,
        startedAt,
        heartbeatAt,
        endedAt);
  }
}
