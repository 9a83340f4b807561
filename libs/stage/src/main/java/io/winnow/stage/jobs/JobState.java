package io.winnow.stage.jobs;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The state of a job; a lower-case word in JSON and in query parameters. */
@Schema(
    name = "JobState",
    enumeration = {
      "running", "waiting", "succeeded", "reused", "failed", "cancelled", "stopped"
    })
public enum JobState {
  RUNNING,
  /** Waiting for Kafka, the store, or another process that makes the same artifact. */
  WAITING,
  /** The job made the artifact. */
  SUCCEEDED,
  /** The artifact existed already. */
  REUSED,
  FAILED,
  CANCELLED,
  /** The process was told to stop; the job will be resumed. */
  STOPPED;

  /** The state as it is written in JSON. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The state of a query parameter.
   *
   * @throws IllegalArgumentException no state of that name
   */
  public static JobState fromString(String text) {
    return Arrays.stream(values())
        .filter(state -> state.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no job state \"" + text + "\""));
  }

  public boolean ended() {
    return this != RUNNING && this != WAITING;
  }
}
