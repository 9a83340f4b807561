package io.winnow.stage.internal;

/** How a job ended. */
public enum Outcome {
  /** The artifact was made. */
  MADE,
  /** The artifact existed. */
  REUSED,
  /** The job yielded to another one and resumes later. */
  YIELDED,
  /** The run was cancelled. */
  CANCELLED,
  /** Other inputs are missing, or the run has failed: nothing to do. */
  SKIPPED,
  /** The job has failed. */
  FAILED,
  /** The process was told to stop. */
  STOPPED
}
