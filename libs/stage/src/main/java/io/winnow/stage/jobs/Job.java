package io.winnow.stage.jobs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A job of this process: written by its thread, read by REST, health checks and metrics. */
public final class Job {
  private final Clock clock;
  private volatile JobView view;
  // by the monotonic clock: a corrected wall clock must not end a job
  private volatile long beatNanos = System.nanoTime();
  private volatile boolean queued;

  Job(String id, String run, String stage, String address, Clock clock) {
    this.clock = clock;
    Instant now = clock.instant();
    this.view =
        new JobView(
            id,
            run,
            stage,
            JobState.RUNNING,
            address,
            0,
            0,
            "",
            0,
            null,
            null,
            null,
            null,
            now,
            now,
            null);
  }

  public JobView view() {
    return view;
  }

  /** Reports progress. */
  public void running(
      long done, long total, String unit, double rate, Double etaSeconds, String message) {
    set(JobState.RUNNING, done, total, unit, rate, etaSeconds, message);
  }

  public void waiting(String message) {
    JobView v = view;
    set(JobState.WAITING, v.done(), v.total(), v.unit(), 0, null, message);
  }

  /** Marks a job that nobody works on yet: it sends no heartbeats. */
  public void queued(String message) {
    queued(message, null, null);
  }

  /**
   * Marks a job that waits for its turn.
   *
   * @param before number of jobs before it; null if unknown
   * @param holder id of the job that runs; null if unknown
   */
  public synchronized void queued(String message, Integer before, String holder) {
    waiting(message);
    queued = true;
    view = view.behind(before, holder);
  }

  /** True for a job that waits for its turn. */
  public boolean queued() {
    return queued;
  }

  public void ended(JobState state, String message) {
    JobView v = view;
    set(state, v.done(), v.total(), v.unit(), v.rate(), null, message);
  }

  /** Time since the last heartbeat; zero for a queued job. */
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
    queued = false;
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
            null,
            null,
            v.startedAt(),
            now,
            state.ended() ? now : null);
  }
}
