package io.winnow.contracts.run;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a run stands. */
public enum RunStatus {
  @JsonProperty("not asked for")
  UNKNOWN("not asked for"),
  @JsonProperty("going on")
  GOING_ON("going on"),
  @JsonProperty("evaluated")
  EVALUATED("evaluated"),
  @JsonProperty("failed")
  FAILED("failed"),
  @JsonProperty("cancelled")
  CANCELLED("cancelled");

  private final String text;

  RunStatus(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
