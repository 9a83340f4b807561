package io.winnow.contracts.event;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is being encoded: the run's data set, or samples of its model. */
public enum Subject {
  @JsonProperty("dataset")
  DATASET,
  @JsonProperty("samples")
  SAMPLES
}
