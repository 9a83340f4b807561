package io.winnow.chaos;

/** What can be done to a system while it works. */
public enum Fault {
  KILL("a service is killed (SIGKILL) and started again"),
  TERMINATE("a service is told to stop (SIGTERM) and started again"),
  PAUSE("a service is paused (SIGSTOP) for longer than its lease lasts"),
  KAFKA("Kafka stops and comes back"),
  STORE("the store stops and comes back"),
  SLOW_STORE("every answer of the store is late"),
  BROKEN_STORE("connections to the store break in the middle"),
  EVENTS_AGAIN("all events of the run come again, out of order");

  private final String words;

  Fault(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
