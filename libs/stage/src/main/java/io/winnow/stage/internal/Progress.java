package io.winnow.stage.internal;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunProgress;
import io.winnow.stage.api.EventPublisher;
import io.winnow.stage.jobs.Job;
import io.winnow.stage.jobs.JobState;
import io.winnow.stage.jobs.JobView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reports the progress of one job: to the job's record immediately, and as run.progress events at a
 * limited rate and without waiting for Kafka.
 */
final class Progress {
  private static final long RATE_WINDOW_NANOS = Duration.ofSeconds(15).toNanos();
  private static final double NANOS = 1e9;

  private final EventPublisher publisher;
  private final Job job;
  private final long intervalNanos;
  private final Deque<Sample> window = new ArrayDeque<>();
  private final Map<String, Supplier<Map<String, Double>>> figures = new TreeMap<>();
  private final AtomicBoolean sending = new AtomicBoolean();
  private long lastNanos;
  private boolean published;
  private volatile String aside;
  private String queued;

  private record Sample(long nanos, long done) {}

  Progress(EventPublisher publisher, Job job, Duration interval) {
    this.publisher = publisher;
    this.job = job;
    this.intervalNanos = interval.toNanos();
  }

  /** Units done. */
  long done() {
    return job.view().done();
  }

  synchronized void running(long done, long total, String unit, String message) {
    long now = System.nanoTime();
    double rate = rate(now, done);
    Double eta = rate > 0 && total > 0 ? Math.max(0, total - done) / rate : null;
    job.running(done, total, unit, rate, eta, withAside(message));
    if (due(now)) {
      offer(RunProgress.State.RUNNING);
    }
  }

  /**
   * Sets numbers that are part of every later event.
   *
   * @param values by their names, computed on the job's thread when an event is published
   */
  synchronized void figures(String name, Supplier<Map<String, Double>> values) {
    figures.put(name, values);
  }

  synchronized void waiting(String message) {
    job.waiting(message);
    if (due(System.nanoTime())) {
      offer(RunProgress.State.WAITING);
    }
  }

  /**
   * Reports a job that waits for its turn. Call it repeatedly: an event that is due too early is
   * published by a later call.
   *
   * @param silent whether to publish no event
   */
  synchronized void queued(LaneQueue.Position position, boolean silent) {
    String message =
        "queued, "
            + position.before()
            + " before it"
            + (position.holder() == null ? "" : "; " + position.holder() + " runs");
    job.queued(message, position.before(), position.holder());
    if (!silent && !message.equals(queued) && due(System.nanoTime())) {
      queued = message;
      offer(RunProgress.State.WAITING);
    }
  }

  /**
   * Sets what happens in parallel with the job; appended to every later message, until it is set to
   * null. It is no heartbeat.
   */
  void aside(String message) {
    aside = message;
  }

  private String withAside(String message) {
    String beside = aside;
    if (beside == null) {
      return message;
    }
    return message == null ? beside : message + "; " + beside;
  }

  /** Publishes the job's end, and waits until Kafka has acknowledged it. */
  void ended(JobState end, RunProgress.State state, String message) {
    job.ended(end, message);
    publish(event(state));
    job.ended(end, message);
  }

  /** Publishes an event of the job; its heartbeat continues while Kafka is unavailable. */
  void publish(Event event) {
    publisher.publish(event, fault -> job.waiting("waiting: " + fault.getMessage()));
  }

  // units per second over the last seconds; a resumed job counts from where it resumed
  private double rate(long now, long done) {
    if (!window.isEmpty() && window.peekLast().done() > done) {
      window.clear();
    }
    window.addLast(new Sample(now, done));
    while (window.size() > 2 && now - window.peekFirst().nanos() > RATE_WINDOW_NANOS) {
      window.removeFirst();
    }
    long nanos = now - window.peekFirst().nanos();
    return nanos <= 0 ? 0 : (done - window.peekFirst().done()) * NANOS / nanos;
  }

  private boolean due(long now) {
    if (published && now - lastNanos < intervalNanos) {
      return false;
    }
    lastNanos = now;
    published = true;
    return true;
  }

  private void offer(RunProgress.State state) {
    // one at a time: those that pile up while Kafka is unavailable would be out of date
    if (sending.compareAndSet(false, true)) {
      publisher.offer(event(state), () -> sending.set(false));
    }
  }

  private RunProgress event(RunProgress.State state) {
    JobView v = job.view();
    return new RunProgress(
        v.run(),
        v.stage(),
        state,
        v.done(),
        v.total(),
        v.unit(),
        v.rate(),
        v.etaSeconds(),
        v.address(),
        v.message(),
        finite(),
        Instant.now());
  }

  // JSON has no numbers for infinity and NaN
  private synchronized Map<String, Double> finite() {
    return figures.values().stream()
        .flatMap(values -> values.get().entrySet().stream())
        .filter(value -> Double.isFinite(value.getValue()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
