package io.winnow.console.run;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Shown;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.ModelEvaluated;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.RunStatus;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jboss.logging.Logger;

/**
 * All runs. The progress of a run comes from its events; whether and how it ended comes from the
 * store, which is read when an event reports an end.
 *
 * <p>Written by the thread of {@link EventFeed}; read by any thread.
 */
@ApplicationScoped
public class RunIndex {
  private static final Logger LOG = Logger.getLogger(RunIndex.class);

  /** How long the store is read again when it does not have yet what an event reported. */
  private static final long SETTLE_NANOS = Duration.ofSeconds(30).toNanos();

  private static final long PACE_NANOS = Duration.ofMillis(500).toNanos();

  private final ObjectStore objects;
  private final Map<String, RunRecord> runs = new ConcurrentSkipListMap<>();
  private final Map<String, Long> unsettled = new ConcurrentHashMap<>();
  private volatile boolean loaded;
  private long settledNanos = System.nanoTime() - PACE_NANOS;

  public RunIndex(ObjectStore objects) {
    this.objects = objects;
  }

  /** Whether all events so far and the store were read. */
  public boolean loaded() {
    return loaded;
  }

  /** Runs, newest first. */
  public List<RunListItem> items() {
    return runs.values().stream()
        .filter(run -> !run.gone())
        .map(RunRecord::item)
        .sorted(
            Comparator.comparing(
                    RunListItem::requestedAt, Comparator.nullsFirst(Comparator.naturalOrder()))
                .thenComparing(RunListItem::id)
                .reversed())
        .toList();
  }

  /** The progress of a run; empty for an unknown run. */
  public Optional<LiveView> live(String id) {
    return find(id).map(RunRecord::live);
  }

  /** Its entry in the list; empty for an unknown run. */
  public Optional<RunListItem> item(String id) {
    return find(id).map(RunRecord::item);
  }

  /** Grows with every change of a run; -1 for an unknown run. */
  public long version(String id) {
    return find(id).map(RunRecord::version).orElse(-1L);
  }

  /** Grows with every change of any run. */
  public long version() {
    return runs.values().stream().mapToLong(run -> run.version() + 1).sum();
  }

  private Optional<RunRecord> find(String id) {
    return Optional.ofNullable(runs.get(id)).filter(run -> !run.gone());
  }

  /** Applies one event. */
  void apply(Event event) {
    RunRecord run = runs.computeIfAbsent(event.runId(), RunRecord::new);
    if (event instanceof RunRequested requested) {
      run.requested(requested.run());
      readAgain(run);
    } else if (event instanceof RunProgress progress) {
      run.progress(progress);
      readAgain(run);
    } else if (event instanceof RunFailed
        || event instanceof RunCancel
        || event instanceof ModelEvaluated) {
      run.endReported();
      markUnsettled(run);
    }
  }

  // a run that had ended was requested again
  private void readAgain(RunRecord run) {
    if (run.over()) {
      markUnsettled(run);
    }
  }

  private void markUnsettled(RunRecord run) {
    if (loaded) {
      unsettled.put(run.id(), System.nanoTime());
    }
  }

  /**
   * Reads the store, once all events so far are applied.
   *
   * @throws io.winnow.store.object.StoreUnavailableException try again
   */
  void load() {
    Map<String, RunStatus> statuses = RunFolder.statuses(objects);
    statuses.forEach((id, status) -> read(runs.computeIfAbsent(id, RunRecord::new), status));
    loaded = true;
    LOG.infof("%d runs in the list", runs.size());
  }

  /**
   * Reads the store for runs whose end an event reported.
   *
   * @throws io.winnow.store.object.StoreUnavailableException try again
   */
  void settle() {
    long now = System.nanoTime();
    if (now - settledNanos < PACE_NANOS) {
      return;
    }
    settledNanos = now;
    for (Map.Entry<String, Long> entry : List.copyOf(unsettled.entrySet())) {
      RunRecord run = runs.get(entry.getKey());
      read(run, null);
      if (run.over() || System.nanoTime() - entry.getValue() > SETTLE_NANOS) {
        unsettled.remove(entry.getKey(), entry.getValue());
      }
    }
  }

  /**
   * @param known its status, or null to read it from the store
   */
  private void read(RunRecord run, RunStatus known) {
    try {
      RunFolder folder = new RunFolder(objects, run.id());
      run.stored(StoredRun.read(folder, known != null ? known : folder.status()));
    } catch (InvalidInputException e) {
      // a run that cannot be read, or an unusable id, must not hide the others
      LOG.warnf("Run %s: %s", Shown.of(run.id()), e.getMessage());
    }
  }
}
