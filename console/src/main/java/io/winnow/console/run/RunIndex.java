package io.winnow.console.run;

import io.winnow.contracts.InvalidInputException;
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
 * All runs. How far a run is comes from its events; whether it is over, and how it ended, is for
 * the store to say, which is asked when an event hints at it.
 *
 * <p>Written by one thread, that of {@link EventFeed}; read by any.
 */
@ApplicationScoped
public class RunIndex {
  private static final Logger LOG = Logger.getLogger(RunIndex.class);

  /** How long the store is asked again when it does not know yet what an event says. */
  private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

  private static final long PACE_NANOS = Duration.ofMillis(500).toNanos();

  private final ObjectStore objects;
  private final Map<String, RunRecord> runs = new ConcurrentSkipListMap<>();
  private final Map<String, Long> unsettled = new ConcurrentHashMap<>();
  private volatile boolean loaded;
  private long settledNanos = System.nanoTime() - PACE_NANOS;

  public RunIndex(ObjectStore objects) {
    this.objects = objects;
  }

  /** Whether the past is known: all events so far, and what the store has. */
  public boolean loaded() {
    return loaded;
  }

  /** Runs, the newest first. */
  public List<RunLine> lines() {
    return runs.values().stream()
        .filter(run -> !run.gone())
        .map(RunRecord::line)
        .sorted(
            Comparator.comparing(
                    RunLine::requestedAt, Comparator.nullsFirst(Comparator.naturalOrder()))
                .thenComparing(RunLine::id)
                .reversed())
        .toList();
  }

  /** What is known of a run by its events; empty for one that is not known. */
  public Optional<LiveView> live(String id) {
    return find(id).map(RunRecord::live);
  }

  /** Its line in the list; empty for one that is not known. */
  public Optional<RunLine> line(String id) {
    return find(id).map(RunRecord::line);
  }

  /** Grows with every change of a run; -1 for one that is not known. */
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

  /** Takes one more event in. */
  void apply(Event event) {
    RunRecord run = runs.computeIfAbsent(event.runId(), RunRecord::new);
    if (event instanceof RunRequested requested) {
      run.asked(requested.run());
      askAgain(run);
    } else if (event instanceof RunProgress progress) {
      run.progress(progress);
      askAgain(run);
    } else if (event instanceof RunFailed
        || event instanceof RunCancel
        || event instanceof ModelEvaluated) {
      run.heardOfEnd();
      ask(run);
    }
  }

  // one that was over: somebody has it done again
  private void askAgain(RunRecord run) {
    if (run.over()) {
      ask(run);
    }
  }

  private void ask(RunRecord run) {
    if (loaded) {
      unsettled.put(run.id(), System.nanoTime());
    }
  }

  /**
   * Reads what the store has, once all events so far are taken in.
   *
   * @throws io.winnow.store.object.StoreUnavailableException to be tried again
   */
  void load() {
    Map<String, RunStatus> statuses = RunFolder.statuses(objects);
    statuses.forEach((id, status) -> read(runs.computeIfAbsent(id, RunRecord::new), status));
    loaded = true;
    LOG.infof("%d runs are known", runs.size());
  }

  /**
   * Asks the store about runs of which an event said something.
   *
   * @throws io.winnow.store.object.StoreUnavailableException to be tried again
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
      if (run.over() || System.nanoTime() - entry.getValue() > PATIENCE_NANOS) {
        unsettled.remove(entry.getKey(), entry.getValue());
      }
    }
  }

  /**
   * @param known its status, where it is known already
   */
  private void read(RunRecord run, RunStatus known) {
    try {
      RunFolder folder = new RunFolder(objects, run.id());
      run.kept(Kept.read(folder, known != null ? known : folder.status()));
    } catch (InvalidInputException e) {
      // one that cannot be read, or an id that is no folder's, must not hide the others
      LOG.warnf("Run %s: %s", run.id(), e.getMessage());
    }
  }
}
