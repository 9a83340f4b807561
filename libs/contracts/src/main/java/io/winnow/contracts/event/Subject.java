package io.winnow.contracts.event;

/** What is being encoded: the run's data set, or samples of its model. */
public enum Subject {
  DATASET,
  SAMPLES
}
