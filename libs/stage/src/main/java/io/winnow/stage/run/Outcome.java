package io.winnow.stage.run;

/** How a message ended. */
public enum Outcome {
  /** The artifact was made. */
  MADE,
  /** The artifact was there. */
  REUSED,
  /** The run was cancelled, before or meanwhile. */
  CANCELLED,
  /** Other inputs are not there yet, or the run is over: nothing to do. */
  SKIPPED,
  /** The run has failed, here or elsewhere. */
  FAILED,
  /** The process was told to stop. */
  STOPPED
}
