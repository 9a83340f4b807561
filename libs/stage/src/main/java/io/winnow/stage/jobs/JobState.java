package io.winnow.stage.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The state of a job. */
public enum JobState {
  @JsonProperty("running")
  RUNNING,
  /** Waits for its turn, Kafka, the store, or another process that makes the same artifact. */
  @JsonProperty("waiting")
  WAITING,
  /** The job made the artifact. */
  @JsonProperty("succeeded")
  SUCCEEDED,
  /** The artifact existed already. */
  @JsonProperty("reused")
  REUSED,
  @JsonProperty("failed")
  FAILED,
  @JsonProperty("cancelled")
  CANCELLED,
  /** The process was told to stop; the job will be resumed. */
  @JsonProperty("stopped")
  STOPPED;

  /**
   * Reads a query parameter.
   *
   * @throws IllegalArgumentException not a state
   */
  public static JobState fromString(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** The JSON value. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean ended() {
    return this != RUNNING && this != WAITING;
  }
}
