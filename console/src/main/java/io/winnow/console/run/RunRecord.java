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
 * One run: stages, figures and last words from events, its state from the store. What it comes to
 * does not depend on how events of different stages were mixed. Safe for any thread.
 */
final class RunRecord {
  static final int LINES = 60;

  private final String id;
  private final Map<String, StageView> stages = new LinkedHashMap<>();
  private final Map<String, Series> figures = new TreeMap<>();
  private final Deque<LogLine> log = new ArrayDeque<>();
  private Run asked;
  private boolean heardOfEnd;
  private Kept kept = Kept.NOTHING;
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

  synchronized void asked(Run run) {
    asked = run;
    version++;
  }

  /** An event said that it is over; the store knows how. */
  synchronized void heardOfEnd() {
    heardOfEnd = true;
  }

  synchronized void kept(Kept now) {
    if (!now.equals(kept)) {
      kept = now;
      version++;
    }
  }

  /** Whether it is over as far as is known. */
  synchronized boolean over() {
    return kept.over();
  }

  /** Whether it once was and is no more: over, and nothing is left of it in the store. */
  synchronized boolean gone() {
    return kept.status() == RunStatus.NOT_FOUND && heardOfEnd;
  }

  synchronized void progress(RunProgress p) {
    StageView before = stages.get(p.stage());
    if (before != null && p.at().isBefore(before.at())) {
      // two processes had the job for a moment
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
        status(), kept.problem(), List.copyOf(stages.values()), points, List.copyOf(log));
  }

  private RunStatus status() {
    return kept.status() == RunStatus.NOT_FOUND ? RunStatus.RUNNING : kept.status();
  }

  synchronized RunLine line() {
    Run run = asked != null ? asked : kept.request();
    RunSpec spec = run == null ? null : run.spec();
    StageView now = current();
    return new RunLine(
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
        kept.frechet(),
        kept.seconds(),
        kept.problem());
  }

  /** The stage that was last begun of those that go on, or the one that spoke last. */
  private StageView current() {
    Comparator<StageView> order =
        Comparator.comparing(StageView::open)
            .thenComparing(stage -> stage.open() ? stage.since() : stage.at());
    // of equal ones the later in the flow
    return stages.values().stream().reduce((a, b) -> order.compare(a, b) > 0 ? a : b).orElse(null);
  }
}
