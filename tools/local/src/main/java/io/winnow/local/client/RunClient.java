package io.winnow.local.client;

import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunIds;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks a running system for runs, and waits for them. */
public final class RunClient implements AutoCloseable {
  private final Map<String, Object> kafka;
  private final ObjectStore store;
  private final EventSender sender;

  /**
   * @param kafka settings of its clients, {@code bootstrap.servers} among them
   */
  public RunClient(Map<String, Object> kafka, ObjectStore store) {
    this.kafka = kafka;
    this.store = store;
    this.sender = new EventSender(kafka);
  }

  /**
   * Asks for a run; returns as soon as the broker has the request and the store knows of it.
   *
   * @param spec resolved by {@link SpecResolver}
   */
  public Run submit(RunSpec spec) {
    return submit(RunIds.create(spec.name(), Instant.now()), spec);
  }

  /** The same under a given id, which no run has had. */
  public Run submit(String runId, RunSpec spec) {
    Run run = new Run(runId, spec, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    sender.send(new RunRequested(run));
    // the encoder notes it too, but may be busy with another run for a while
    new RunFolder(store, run.id()).request(run);
    return run;
  }

  /** Asks for a run's end; services notice within seconds. */
  public void cancel(String runId, String reason) {
    sender.send(new RunCancel(runId, reason, Instant.now()));
  }

  /**
   * Asks for a run and waits for its end.
   *
   * @param trouble why waiting any longer is of no use, when that is so
   * @throws RunEndedException when it ends without a report
   * @throws IllegalStateException when there is trouble
   */
  public RunReport complete(
      RunSpec spec, ProgressDisplay display, Supplier<Optional<String>> trouble) {
    try (RunWatcher watcher = new RunWatcher(kafka)) {
      return report(watcher.await(submit(spec).id(), display, trouble));
    }
  }

  /** Waits for the end of a run that was asked for earlier; see {@link #complete}. */
  public RunReport follow(
      String runId, ProgressDisplay display, Supplier<Optional<String>> trouble) {
    try (RunWatcher watcher = new RunWatcher(kafka)) {
      // looked at after the watcher is there: an end between the two is not missed
      RunFolder folder = new RunFolder(store, runId);
      Optional<RunReport> there = folder.report();
      if (there.isPresent()) {
        return there.get();
      }
      RunState state = new RunState(runId);
      folder.failed().ifPresent(state::apply);
      folder.cancelled().ifPresent(state::apply);
      return report(state.outcome().isPresent() ? state : watcher.await(runId, display, trouble));
    }
  }

  private RunReport report(RunState state) {
    return switch (state.outcome().orElseThrow()) {
      case SUCCEEDED ->
          new RunFolder(store, state.runId())
              .report()
              .orElseThrow(() -> new RunEndedException("run " + state.runId() + " left no report"));
      case FAILED ->
          throw new RunEndedException(
              "run " + state.runId() + " failed in " + state.failure().orElse("an unknown stage"));
      case CANCELLED ->
          throw new RunEndedException(
              "run "
                  + state.runId()
                  + " was cancelled"
                  + state.failure().map(reason -> ": " + reason).orElse(""));
    };
  }

  @Override
  public void close() {
    sender.close();
  }
}
