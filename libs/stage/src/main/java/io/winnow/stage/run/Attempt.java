package io.winnow.stage.run;

import io.winnow.contracts.event.Event;
import io.winnow.stage.Stage;
import io.winnow.stage.StopException;
import io.winnow.stage.StopException.Reason;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.Committed;
import io.winnow.store.artifact.RunFolder;
import java.util.Optional;

/** One attempt at a job, by the holder of its lease, from the last checkpoint to the commit. */
final class Attempt<E extends Event> {
  private final Stage<E> stage;
  private final E event;
  private final Toolbox tools;
  private final Progress progress;
  private long images;

  Attempt(Stage<E> stage, E event, Toolbox tools, Progress progress) {
    this.stage = stage;
    this.event = event;
    this.tools = tools;
    this.progress = progress;
  }

  /** Images that went through a network here. */
  long images() {
    return images;
  }

  /**
   * @throws StopException the job was told to leave
   * @throws Exception what the job or its checkpoints' writer threw
   */
  Committed make(ArtifactDraft draft, Leases.Lease lease, RunFolder folder) throws Exception {
    try (Scratch scratch = Scratch.create(tools.settings.scratch());
        Heartbeat heartbeat = new Heartbeat(lease, folder, tools.settings.heartbeatInterval())) {
      StageWork work = begin(draft, lease, scratch, heartbeat);
      try {
        stage.run(event, work);
        Committed artifact = draft.commit(work.spent());
        // a fault of the writer's can do no harm any more, and is in the log
        work.end(false);
        return artifact;
      } catch (Throwable e) {
        throw ended(e, work);
      } finally {
        images += work.images();
      }
    }
  }

  // apart, so that no frame holds the last checkpoint while the job runs
  private StageWork begin(
      ArtifactDraft draft, Leases.Lease lease, Scratch scratch, Heartbeat heartbeat) {
    String digest = draft.address().digest();
    Optional<Checkpoints.Saved> last = tools.checkpoints.last(digest, scratch.path());
    CheckpointWriter writer =
        new CheckpointWriter(
            tools,
            stage.name(),
            digest,
            last.map(Checkpoints.Saved::number).orElse(0L),
            scratch.path(),
            progress,
            lease::held,
            heartbeat::stop);
    return new StageWork(
        tools.store,
        draft,
        last,
        writer,
        progress,
        new JobFigures(tools.figures, stage.name(), tools.settings.progressInterval()),
        scratch.path(),
        tools.lifecycle::stopping,
        heartbeat::stop);
  }

  /** What the attempt ends by, once its last state is kept or dropped. */
  private Exception ended(Throwable fault, StageWork work) {
    // a job may have wrapped the signal
    Optional<StopException> stop = Faults.stop(fault);
    boolean resumable =
        stop.map(StopException::reason)
            .filter(r -> r == Reason.CANCELLED || r == Reason.LEASE_LOST)
            .isEmpty();
    Throwable end = stop.isPresent() ? stop.get() : fault;
    Optional<Throwable> ofWriter = work.end(resumable).filter(w -> w != end);
    if (ofWriter.isEmpty() || !resumable) {
      return exception(end);
    }
    if (stop.isPresent() || Faults.isTransient(fault)) {
      // the job will be taken up again: unsaid, this would be forgotten
      return exception(ofWriter.get());
    }
    end.addSuppressed(ofWriter.get());
    return exception(end);
  }

  private static Exception exception(Throwable fault) {
    if (fault instanceof Error error) {
      throw error;
    }
    return (Exception) fault;
  }
}
