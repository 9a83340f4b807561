package io.winnow.stage.run;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunProgress;
import io.winnow.stage.EventPublisher;
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
 * Tells how far one job is: to the job's own record at once, to watchers as run.progress events,
 * not too often and never waiting for Kafka.
 */
final class Progress {
  private static final long RATE_WINDOW_NANOS = Duration.ofSeconds(15).toNanos();
  private static final double NANOS = 1e9;

  private final EventPublisher publisher;
  private final Job job;
  private final long intervalNanos;
  private final Deque<Sample> window = new ArrayDeque<>();
  private final Map<String, Supplier<Map<String, Double>>> figures = new TreeMap<>();
  private final AtomicBoolean underWay = new AtomicBoolean();
  private long lastNanos;
  private boolean said;
  private volatile String aside;

  private record Sample(long nanos, long done) {}

  Progress(EventPublisher publisher, Job job, Duration interval) {
    this.publisher = publisher;
    this.job = job;
    this.intervalNanos = interval.toNanos();
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
   * What the job says of itself in numbers, told with whatever it says from now on.
   *
   * @param values by their names, made on the job's thread when they are told
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
   * What goes on beside the job, told with whatever it says until it is taken back by null. It is
   * no sign of life: a job that hangs says nothing.
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

  /** The last word on a job, with Kafka's acknowledgement; {@code state} as watchers know it. */
  void ended(JobState end, RunProgress.State state, String message) {
    job.ended(end, message);
    publish(event(state));
    job.ended(end, message);
  }

  /** Publishes an event of the job's; while Kafka is away the job waits, and lives. */
  void publish(Event event) {
    publisher.publish(event, fault -> job.waiting("waiting: " + fault.getMessage()));
  }

  // units a second over the last seconds; a resumed job starts to count where it resumed
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
    if (said && now - lastNanos < intervalNanos) {
      return false;
    }
    lastNanos = now;
    said = true;
    return true;
  }

  private void offer(RunProgress.State state) {
    // one at a time: what piles up while Kafka is away would be stale when it comes back
    if (underWay.compareAndSet(false, true)) {
      publisher.offer(event(state), () -> underWay.set(false));
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
        told(),
        Instant.now());
  }

  // JSON has no number for what is not finite
  private synchronized Map<String, Double> told() {
    return figures.values().stream()
        .flatMap(values -> values.get().entrySet().stream())
        .filter(value -> Double.isFinite(value.getValue()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
