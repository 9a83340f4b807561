package io.winnow.console.run;

import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.RunSpec;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run: stages, metrics and log from events, its status from the store. The result does not
 * depend on the order in which events of different stages arrive. Thread-safe.
 */
final class RunRecord {
  static final int LINES = 60;

  private final String id;
  private final Map<String, StageView> stages = new LinkedHashMap<>();
  private final Map<String, Series> figures = new TreeMap<>();
  private final Deque<LogLine> log = new ArrayDeque<>();
  private Run requested;
  private boolean endReported;
  private StoredRun stored = StoredRun.NOTHING;
  private long version;

  RunRecord(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  /** Grows with every change. */
  synchronized long version() {
    return version;
  }

  /** A later request of the same id is a repetition, or is refused. */
  synchronized void requested(Run run) {
    if (requested == null) {
      requested = run;
      version++;
    }
  }

  /** An event reported the end of the run; the store knows how it ended. */
  synchronized void endReported() {
    endReported = true;
  }

  synchronized void stored(StoredRun now) {
    if (!now.equals(stored)) {
      stored = now;
      version++;
    }
  }

  /** Whether the store has its end. */
  synchronized boolean over() {
    return stored.over();
  }

  /** Whether it has ended and the store has nothing of it any more. */
  synchronized boolean gone() {
    return stored.status() == RunStatus.NOT_FOUND && endReported;
  }

  synchronized void progress(RunProgress p) {
    StageView before = stages.get(p.stage());
    if (before != null && p.at().isBefore(before.at())) {
      // two processes held the job for a moment
      return;
    }
    StageView now = StageView.of(p, before == null ? p.at() : before.since());
    stages.put(p.stage(), now);
    if (p.figures() != null) {
      p.figures()
          .forEach(
              (name, value) ->
                  figures
                      .computeIfAbsent(p.stage() + " " + name, key -> new Series())
                      .add(p.done(), value));
    }
    if (before == null || before.state() != now.state() || now.message() != null) {
      note(now);
    }
    version++;
  }

  private void note(StageView now) {
    String text = now.state().name().toLowerCase(Locale.ROOT);
    if (now.total() > 0) {
      text += " " + now.done() + "/" + now.total() + (now.unit() == null ? "" : " " + now.unit());
    }
    log.addLast(
        new LogLine(
            now.at(), now.stage(), now.message() == null ? text : text + ": " + now.message()));
    if (log.size() > LINES) {
      log.removeFirst();
    }
  }

  synchronized LiveView live() {
    Map<String, List<double[]>> points = new TreeMap<>();
    figures.forEach((name, series) -> points.put(name, series.points()));
    return new LiveView(
        status(), stored.problem(), List.copyOf(stages.values()), points, List.copyOf(log));
  }

  private RunStatus status() {
    return stored.status() == RunStatus.NOT_FOUND ? RunStatus.RUNNING : stored.status();
  }

  synchronized RunListItem item() {
    // the store keeps the first request, of which Kafka may have only a later repetition
    Run run = stored.request() != null ? stored.request() : requested;
    RunSpec spec = run == null ? null : run.spec();
    StageView now = current();
    return new RunListItem(
        id,
        spec == null ? null : spec.name(),
        status(),
        run == null ? null : run.requestedAt(),
        spec == null ? null : spec.dataset().name(),
        spec == null ? null : spec.selection().criterion(),
        spec == null ? null : spec.selection().ratio(),
        spec == null ? null : spec.reweight().method(),
        spec == null ? null : spec.seed(),
        now == null ? null : now.stage(),
        now == null || now.total() == 0 ? null : Math.min(1, (double) now.done() / now.total()),
        stored.frechet(),
        stored.seconds(),
        stored.problem());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The running stage that started last, or the stage with the last event. */
  private StageView current() {
    Comparator<StageView> order =
        Comparator.comparing(StageView::open)
            .thenComparing(stage -> stage.open() ? stage.since() : stage.at());
    // of equals, the later one
    return stages.values().stream().reduce((a, b) -> order.compare(a, b) > 0 ? a : b).orElse(null);
  }
}
