package io.winnow.stage.jobs;

/** How it stands with a job. */
public enum JobState {
  RUNNING,
  /** For Kafka, the store, or another process that makes the same artifact. */
  WAITING,
  /** The artifact is made. */
  DONE,
  /** The artifact was there already. */
  REUSED,
  FAILED,
  CANCELLED,
  /** The process was told to stop; the job will be resumed. */
  STOPPED;

  public boolean ended() {
    return this != RUNNING && this != WAITING;
  }
}
