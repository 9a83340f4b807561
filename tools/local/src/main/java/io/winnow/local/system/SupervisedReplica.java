package io.winnow.local.system;

import java.time.Duration;

/** What the supervisor knows about one replica. Guarded by the supervisor's lock. */
final class SupervisedReplica {
  /** A service that is starting, or is under heavy load, may miss some probes. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Replica replica;
  private final RestartLimit.History restarts;
  private Child child;
  private boolean ready;
  private boolean detached;
  private long launchedAt;
  private long aliveUntil;
  private String fault;
  private Long restsUntil;

  SupervisedReplica(Replica replica, RestartLimit limit) {
    this.replica = replica;
    this.restarts = new RestartLimit.History(limit);
  }

  Replica replica() {
    return replica;
  }

  RestartLimit.History restarts() {
    return restarts;
  }

  Child child() {
    return child;
  }

  /**
   * A new process runs it.
   *
   * @param now in nanoseconds
   * @param readiness how long it may take until it is ready, and need not be alive
   */
  void launched(Child process, long now, Duration readiness) {
    child = process;
    ready = false;
    detached = false;
    launchedAt = now;
    aliveUntil = now + readiness.toNanos();
    fault = null;
    restsUntil = null;
  }

  boolean ready() {
    return ready;
  }

  void setReady(boolean now) {
    ready = now;
  }

  /** How long its process has been running. */
  Duration age(long now) {
    return Duration.ofNanos(now - launchedAt);
  }

  /** Whether it was killed or stopped on purpose, and is not restarted automatically. */
  boolean detached() {
    return detached;
  }

  void detach() {
    detached = true;
  }

  /** A probe found it alive. */
  void alive(long now) {
    aliveUntil = now + PATIENCE.toNanos();
  }

  /** Whether no probe has found it alive for too long. */
  boolean silent(long now) {
    return now - aliveUntil > 0;
  }

  /** Why it is being stopped, in place of its exit code; null if it is not. */
  String fault() {
    return fault;
  }

  void setFault(String reason) {
    fault = reason;
  }

  /** It died too often, and is not started before the given time. */
  void rest(long until) {
    restsUntil = until;
  }

  /** Whether it died too often and waits. */
  boolean resting() {
    return restsUntil != null;
  }

  /** Whether it has waited long enough after it died too often. */
  boolean rested(long now) {
    return restsUntil != null && now - restsUntil >= 0;
  }
}
