package io.winnow.stage.internal;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The gauges of one attempt, collected until they are shown; for the job's own thread. */
final class JobMetrics {
  private final StageMetrics shown;
  private final String stage;
  private final long intervalNanos;
  private final Map<String, Runnable> waiting = new TreeMap<>();
  private long lastNanos;

  /**
   * Collects the gauges of one attempt.
   *
   * @param interval shown at most once per interval
   */
  JobMetrics(StageMetrics shown, String stage, Duration interval) {
    this.shown = shown;
    this.stage = stage;
    this.intervalNanos = interval.toNanos();
    this.lastNanos = System.nanoTime() - intervalNanos;
  }

  void put(String name, double value) {
    waiting.put(name, () -> shown.show(stage, name, value));
  }

  void put(String name, String tag, Supplier<Map<String, Double>> values) {
    waiting.put(name, () -> shown.show(stage, name, tag, values.get()));
  }

  /** Shows the collected gauges once per interval. */
  void progress(long done, long total) {
    if (total > 0) {
      put("job.done.ratio", (double) done / total);
    }
    long now = System.nanoTime();
    if (now - lastNanos >= intervalNanos) {
      lastNanos = now;
      show();
    }
  }

  void show() {
    waiting.values().forEach(Runnable::run);
    waiting.clear();
  }
}
