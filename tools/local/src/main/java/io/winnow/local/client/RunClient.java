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

/** Submits runs to a running system and waits for them. */
public final class RunClient implements AutoCloseable {
  private final Map<String, Object> kafka;
  private final ObjectStore store;
  private final EventSender sender;

  /**
   * @param kafka settings of Kafka clients, including {@code bootstrap.servers}
   */
  public RunClient(Map<String, Object> kafka, ObjectStore store) {
    this.kafka = kafka;
    this.store = store;
    this.sender = new EventSender(kafka);
  }

  /**
   * Submits a run. Returns once the broker has confirmed the request and the run is recorded in the
   * store.
   *
   * @param spec resolved by {@link SpecResolver}
   */
  public Run submit(RunSpec spec) {
    return submit(RunIds.create(spec.name(), Instant.now()), spec);
  }

  /** Submits a run under a given id, which must be new. */
  public Run submit(String runId, RunSpec spec) {
    Run run = new Run(runId, spec, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    sender.send(new RunRequested(run));
    // the encoder records it too, but possibly later: it may be busy with another run
    new RunFolder(store, run.id()).request(run);
    return run;
  }

  /** Requests cancellation of a run; services react within seconds. */
  public void cancel(String runId, String reason) {
    sender.send(new RunCancel(runId, reason, Instant.now()));
  }

  /**
   * Submits a run and waits for its end.
   *
   * @param abortReason polled; a reason to stop waiting ends the call
   * @throws RunEndedException the run failed or was cancelled
   * @throws IllegalStateException {@code abortReason} returned a reason
   */
  public RunReport complete(
      RunSpec spec, ProgressDisplay display, Supplier<Optional<String>> abortReason) {
    try (RunWatcher watcher = new RunWatcher(kafka)) {
      return report(watcher.await(submit(spec).id(), display, abortReason));
    }
  }

  /** Waits for the end of a run that was submitted earlier; see {@link #complete}. */
  public RunReport follow(
      String runId, ProgressDisplay display, Supplier<Optional<String>> abortReason) {
    try (RunWatcher watcher = new RunWatcher(kafka)) {
      // read after the watcher is open, so that an end in between is not missed
      RunFolder folder = new RunFolder(store, runId);
      Optional<RunReport> report = folder.report();
      if (report.isPresent()) {
        return report.get();
      }
      RunState state = new RunState(runId);
      folder.failed().ifPresent(state::apply);
      folder.cancelled().ifPresent(state::apply);
      return report(
          state.outcome().isPresent() ? state : watcher.await(runId, display, abortReason));
    }
  }

  private RunReport report(RunState state) {
    return switch (state.outcome().orElseThrow()) {
      case SUCCEEDED ->
          new RunFolder(store, state.runId())
              .report()
              .orElseThrow(() -> new RunEndedException("run " + state.runId() + " has no report"));
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
