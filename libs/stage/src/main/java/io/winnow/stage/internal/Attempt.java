package io.winnow.stage.internal;

import io.winnow.contracts.event.Event;
import io.winnow.stage.api.Stage;
import io.winnow.stage.api.StopException;
import io.winnow.stage.api.StopException.Reason;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.RunFolder;
import java.util.Optional;

/** One call of a stage by the holder of its lease, from the last checkpoint to the commit. */
final class Attempt<E extends Event> {
  private final Stage<E> stage;
  private final E event;
  private final JobServices services;
  private final Progress progress;
  private final Lanes.Turn turn;
  private long images;

  Attempt(Stage<E> stage, E event, JobServices services, Progress progress, Lanes.Turn turn) {
    this.stage = stage;
    this.event = event;
    this.services = services;
    this.progress = progress;
    this.turn = turn;
  }

  /** Images that this attempt put through a network. */
  long images() {
    return images;
  }

  /**
   * Makes the artifact.
   *
   * @throws StopException the job had to end
   * @throws Exception thrown by the job or the checkpoint writer
   */
  Artifact make(ArtifactDraft draft, Leases.Lease lease, RunFolder folder) throws Exception {
    try (Scratch scratch = Scratch.create(services.settings.scratch());
        Heartbeat heartbeat =
            new Heartbeat(
                lease,
                folder,
                progress::done,
                services.settings.heartbeatInterval(),
                services.time)) {
      RunningJob job = begin(draft, lease, scratch, heartbeat);
      try {
        stage.run(event, job);
        Artifact artifact = draft.commit(job.spent());
        // a fault of the checkpoint writer no longer matters, and is in the log
        job.end(false);
        return artifact;
      } catch (Throwable e) {
        throw ended(e, job);
      } finally {
        images += job.images();
      }
    }
  }

  // a separate method, so that no frame holds the last checkpoint while the job runs
  private RunningJob begin(
      ArtifactDraft draft, Leases.Lease lease, Scratch scratch, Heartbeat heartbeat) {
    String digest = draft.address().digest();
    Optional<Checkpoints.Saved> last = services.checkpoints.last(digest, scratch.path());
    CheckpointWriter writer =
        new CheckpointWriter(
            services,
            stage.name(),
            digest,
            last.map(Checkpoints.Saved::number).orElse(0L),
            scratch.path(),
            progress,
            lease::held,
            heartbeat::stop);
    return new RunningJob(
        services.store,
        draft,
        last,
        writer,
        progress,
        new JobMetrics(services.metrics, stage.name(), services.settings.progressInterval()),
        scratch.path(),
        services.lifecycle::stopping,
        turn::over,
        heartbeat::stop);
  }

  /** The exception that ends the attempt, once its last state is written or dropped. */
  private Exception ended(Throwable fault, RunningJob job) {
    // a job may have wrapped it
    Optional<StopException> stop = Faults.stop(fault);
    boolean resumable =
        stop.map(StopException::reason)
            .filter(r -> r == Reason.CANCELLED || r == Reason.LEASE_LOST)
            .isEmpty();
    Throwable end = stop.isPresent() ? stop.get() : fault;
    Optional<Throwable> writerFault = job.end(resumable).filter(w -> w != end);
    if (writerFault.isEmpty() || !resumable) {
      return exception(end);
    }
    if (stop.isPresent() || Faults.isTransient(fault)) {
      // the job will be resumed, and this fault would be lost
      return exception(writerFault.get());
    }
    end.addSuppressed(writerFault.get());
    return exception(end);
  }

  private static Exception exception(Throwable fault) {
    if (fault instanceof Error error) {
      throw error;
    }
    return (Exception) fault;
  }
}
