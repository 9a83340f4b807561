package io.winnow.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whose jobs go first when several runs wait for a service. */
public enum Priority {
  @JsonProperty("low")
  LOW,
  @JsonProperty("normal")
  NORMAL,
  @JsonProperty("high")
  HIGH
}
