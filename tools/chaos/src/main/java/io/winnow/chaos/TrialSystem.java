package io.winnow.chaos;

import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.ProgressDisplay;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.RunEndedException;
import io.winnow.local.client.RunState;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.MinioObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A system under trial, with one process of each service, and a small run to compare. */
final class TrialSystem implements AutoCloseable {
  private static final Duration RUN_TIMEOUT = Duration.ofMinutes(20);
  private static final Duration LAG_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(500);

  private final RunSpec spec;
  private final Audit undisturbed;
  private final LocalSystem system;
  private final MinioObjectStore store;
  private final RunClient client;
  private final EventLog events;
  private final List<String> notices;

  /**
   * Starts a system.
   *
   * @param options of the system; its notices go to {@code notices}
   * @param spec of the small run
   * @param undisturbed what that run produces
   * @param notices lines about services that died or were restarted
   */
  TrialSystem(
      SystemOptions options, RunSpec spec, Audit undisturbed, CopyOnWriteArrayList<String> notices)
      throws IOException, InterruptedException {
    this.spec = spec;
    this.undisturbed = undisturbed;
    this.notices = notices;
    system = LocalSystem.start(options);
    store = new MinioObjectStore(system.connection().store());
    client = new RunClient(system.connection().kafkaClients(), store);
    events = new EventLog(system.connection().kafkaClients());
  }

  LocalSystem system() {
    return system;
  }

  MinioObjectStore store() {
    return store;
  }

  RunClient client() {
    return client;
  }

  EventLog events() {
    return events;
  }

  /** Lines about services that died or were restarted since the last call. */
  List<String> takeNotices() {
    List<String> taken = List.copyOf(notices);
    notices.clear();
    return taken;
  }

  /** The spec of the small run. */
  RunSpec spec() {
    return spec;
  }

  /**
   * Completes the small run, and compares everything that it produced with the undisturbed run.
   *
   * @param atWork called once, when the run has made some progress
   * @return what is wrong; empty if nothing is
   */
  Optional<String> complete(Disturbance atWork) {
    try {
      return compare(client.complete(spec, new Once(atWork), abortAfter(RUN_TIMEOUT)));
    } catch (RunEndedException | IllegalStateException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** The same for a run that was submitted before, undisturbed. */
  Optional<String> follow(String runId) {
    try {
      return compare(client.follow(runId, new Once(() -> {}), abortAfter(RUN_TIMEOUT)));
    } catch (RunEndedException | IllegalStateException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Returns a reason once the system has failed, or the time is over. */
  Supplier<Optional<String>> abortAfter(Duration timeout) {
    Instant deadline = Instant.now().plus(timeout);
    return () ->
        Instant.now().isAfter(deadline)
            ? Optional.of("the run did not end within " + timeout.toMinutes() + " minutes")
            : system.failure();
  }

  private Optional<String> compare(RunReport report) {
    Audit audit = Audit.of(store, report.lineage(), events.of(report.run().id()));
    List<String> differing = audit.differingObjects(undisturbed);
    List<String> lost = audit.lostEvents(undisturbed);
    if (!differing.isEmpty()) {
      return Optional.of(differing.size() + " objects differ, such as " + differing.get(0));
    }
    if (!lost.isEmpty()) {
      return Optional.of("events were lost: " + lost);
    }
    return audit.danglingEvents().stream().findFirst();
  }

  /** Waits until a run has ended; returns its status, {@code RUNNING} if it has not in time. */
  RunStatus awaitEnd(String runId) throws InterruptedException {
    Instant deadline = Instant.now().plus(RUN_TIMEOUT);
    RunFolder folder = new RunFolder(store, runId);
    RunStatus status = folder.status();
    while (status == RunStatus.RUNNING
        && Instant.now().isBefore(deadline)
        && system.failure().isEmpty()) {
      Thread.sleep(POLL.toMillis());
      status = folder.status();
    }
    return status;
  }

  /** Why a run failed. */
  String reason(String runId) {
    return new RunFolder(store, runId).failed().map(RunFailed::text).orElse("no reason");
  }

  /** Waits until consumers have read everything, and deletes all objects. */
  void empty() throws InterruptedException {
    Instant deadline = Instant.now().plus(LAG_TIMEOUT);
    while (events.consumerLag() > 0 && Instant.now().isBefore(deadline)) {
      Thread.sleep(POLL.toMillis());
    }
    store.list("").forEach(object -> store.delete(object.key()));
  }

  @Override
  public void close() {
    try (LocalSystem closing = system;
        MinioObjectStore alsoClosing = store) {
      client.close();
    }
  }

  /** Something that is done while a run works. */
  interface Disturbance {
    void run() throws IOException, InterruptedException;
  }

  /** Disturbs a run once, when one of its stages has done some of its work. */
  private static final class Once implements ProgressDisplay {
    private final Disturbance disturbance;
    private boolean done;

    private Once(Disturbance disturbance) {
      this.disturbance = disturbance;
    }

    @Override
    public void show(RunState state) {
      if (!done && state.stages().stream().anyMatch(stage -> stage.latest().done() > 0)) {
        done = true;
        try {
          disturbance.run();
        } catch (IOException e) {
          throw new IllegalStateException("cannot disturb the run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
      }
    }

    @Override
    public void end(RunState state) {
      // the result is reported by the caller
    }
  }
}
