package io.winnow.stage.run;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The figures of one attempt at a job, kept until they are shown; for the job's own thread. */
final class JobFigures {
  private final Figures shown;
  private final String stage;
  private final long intervalNanos;
  private final Map<String, Runnable> waiting = new TreeMap<>();
  private long lastNanos;

  /**
   * @param interval shown at most once in this time
   */
  JobFigures(Figures shown, String stage, Duration interval) {
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

  /** Shows what there is if it is time. */
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
