package io.winnow.contracts.run;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The status of a run. */
public enum RunStatus {
  /** The store has no request for the run and none of its stages. */
  @JsonProperty("not-found")
  NOT_FOUND("not-found"),
  /** The run was requested and has not ended. */
  @JsonProperty("running")
  RUNNING("running"),
  /** The model is evaluated and the report is written. */
  @JsonProperty("succeeded")
  SUCCEEDED("succeeded"),
  @JsonProperty("failed")
  FAILED("failed"),
  @JsonProperty("cancelled")
  CANCELLED("cancelled");

  private final String text;

  RunStatus(String text) {
    this.text = text;
  }

  /** The JSON value. */
  @Override
  public String toString() {
    return text;
  }
}
