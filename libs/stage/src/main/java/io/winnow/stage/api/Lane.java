package io.winnow.stage.api;

/**
 * Jobs that take turns. A service runs one job of each lane at a time, so a short job of one lane
 * does not wait for a long one of another.
 */
public enum Lane {
  /** Jobs that write checkpoints. They yield to others after a time slice. */
  TRAINING,
  /** Jobs that compute without checkpoints. They do not yield. */
  LIGHT,
  /** Jobs that read their whole input before they know their artifact's address. */
  READING,
  /** Jobs on demand: they run on their caller's thread and wait for nobody. */
  CALLER
}
