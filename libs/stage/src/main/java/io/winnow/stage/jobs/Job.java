package io.winnow.stage.jobs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A job of this process: written by its thread, read by REST, health checks and metrics. */
public final class Job {
  private final Clock clock;
  private volatile JobView view;
  // heartbeats are timed by the monotonic clock: a corrected wall clock is no sign of death
  private volatile long beatNanos = System.nanoTime();
  private volatile boolean queued;

  Job(String id, String run, String stage, String address, Clock clock) {
    this.clock = clock;
    Instant now = clock.instant();
    this.view =
        new JobView(
            id, run, stage, JobState.RUNNING, address, 0, 0, "", 0, null, null, now, now, null);
  }

  public JobView view() {
    return view;
  }

  /** The job lives, and is so far. */
  public void running(
      long done, long total, String unit, double rate, Double etaSeconds, String message) {
    set(JobState.RUNNING, done, total, unit, rate, etaSeconds, message);
  }

  public void waiting(String message) {
    JobView v = view;
    set(JobState.WAITING, v.done(), v.total(), v.unit(), 0, null, message);
  }

  /** Nobody works on it yet: its silence is no sign of death. */
  public void queued(String message) {
    queued = true;
    waiting(message);
  }

  public void ended(JobState state, String message) {
    JobView v = view;
    set(state, v.done(), v.total(), v.unit(), v.rate(), null, message);
  }

  /** How long ago the last sign of life was; nothing for a job that only waits for its turn. */
  public Duration silence() {
    return queued ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - beatNanos);
  }

  private synchronized void set(
      JobState state,
      long done,
      long total,
      String unit,
      double rate,
      Double etaSeconds,
      String message) {
    JobView v = view;
    Instant now = clock.instant();
    beatNanos = System.nanoTime();
    view =
        new JobView(
            v.id(),
            v.run(),
            v.stage(),
            state,
            v.address(),
            done,
            total,
            unit,
            rate,
            etaSeconds,
            message,
            v.startedAt(),
            now,
            state.ended() ? now : null);
  }
}
