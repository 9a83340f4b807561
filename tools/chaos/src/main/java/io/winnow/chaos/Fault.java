package io.winnow.chaos;

/** A kind of fault. */
public enum Fault {
  KILL("service killed (SIGKILL) and started again"),
  TERMINATE("service stopped (SIGTERM) and started again"),
  PAUSE("service paused (SIGSTOP) for longer than its lease"),
  KAFKA_OUTAGE("Kafka stopped and started again"),
  STORE_OUTAGE("store stopped and started again"),
  STORE_SLOW("store answers slowly"),
  STORE_DISCONNECTS("store drops connections"),
  DUPLICATE_EVENTS("all events of the run sent again, in random order");

  private final String description;

  Fault(String description) {
    this.description = description;
  }

  public String description() {
    return description;
  }
}
