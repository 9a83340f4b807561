package io.winnow.stage.run;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.Stage;
import io.winnow.stage.StopException;
import io.winnow.stage.jobs.Job;
import io.winnow.stage.jobs.JobState;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.Committed;
import io.winnow.store.artifact.RunFolder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/** One event's way through its stage, over as many attempts as transient faults make necessary. */
public final class JobRun<E extends Event> {
  private static final Logger LOG = Logger.getLogger(JobRun.class);
  private static final int DIGEST_SHOWN = 12;

  private final Stage<E> stage;
  private final E event;
  private final Toolbox tools;
  private final RunFolder folder;
  private final List<ArtifactDraft> drafts = new ArrayList<>();
  private Job job;
  private Progress progress;
  private long images;
  private boolean made;

  public JobRun(Stage<E> stage, E event, Toolbox tools) {
    this.stage = stage;
    this.event = event;
    this.tools = tools;
    this.folder = new RunFolder(tools.store.objects(), event.runId());
  }

  /** Images that went through a network here. */
  public long images() {
    return images;
  }

  /**
   * Waits out transient faults.
   *
   * @throws StopException the process was told to stop
   * @throws Exception the run cannot go on: see {@link #fail}
   */
  public Outcome call() throws Exception {
    return tools.patience.call(
        "go on with " + stage.name() + " for run " + event.runId(), this::attempt, this::faulted);
  }

  private void faulted(Throwable fault) {
    if (progress != null) {
      progress.waiting("waiting: " + fault.getMessage());
    }
  }

  private Outcome attempt() throws Exception {
    if (folder.cancelled().isPresent()) {
      return Outcome.CANCELLED;
    }
    if (folder.failed().isPresent() || !stage.ready(event)) {
      return Outcome.SKIPPED;
    }
    Address address = stage.address(event);
    if (job == null) {
      job = tools.jobs.begin(event.runId(), stage.name(), address);
      progress = new Progress(tools.publisher, job, tools.settings.progressInterval());
    }
    Optional<Committed> there = tools.store.find(address.path());
    if (there.isPresent()) {
      return found(address, there.get());
    }
    Optional<Leases.Lease> lease;
    try {
      lease =
          tools.leases.acquire(
              address.digest(),
              event.runId(),
              () -> tools.store.find(address.path()).isPresent(),
              this::waitForLease);
    } catch (StopException stop) {
      if (stop.reason() == StopException.Reason.CANCELLED) {
        return Outcome.CANCELLED;
      }
      throw stop;
    }
    if (lease.isEmpty()) {
      return found(address, tools.store.find(address.path()).orElseThrow());
    }
    try (Leases.Lease held = lease.get()) {
      deliver(produce(address, held), false);
      tools.checkpoints.clear(address.digest());
      return Outcome.MADE;
    } catch (StopException stop) {
      return stopped(stop, address);
    }
  }

  private Outcome found(Address address, Committed artifact) throws Exception {
    // ours too when this run's maker lost the store, or died, between commit and acknowledgement
    boolean ours =
        made || tools.leases.runOf(address.digest()).filter(event.runId()::equals).isPresent();
    deliver(artifact, !ours);
    if (ours) {
      tools.checkpoints.clear(address.digest());
      tools.leases.clear(address.digest());
    }
    return ours ? Outcome.MADE : Outcome.REUSED;
  }

  private Committed produce(Address address, Leases.Lease lease) throws Exception {
    ArtifactDraft draft = tools.store.draft(address);
    drafts.add(draft);
    Attempt<E> attempt = new Attempt<>(stage, event, tools, progress);
    try {
      Committed artifact = attempt.make(draft, lease, folder);
      made = true;
      return artifact;
    } finally {
      images += attempt.images();
    }
  }

  private void deliver(Committed artifact, boolean reused) {
    boolean known =
        !stage.silent()
            && folder.stages().stream()
                .anyMatch(
                    s -> s.stage().equals(stage.name()) && s.artifact().equals(artifact.ref()));
    String line =
        line(artifact, reused) + stage.remark(artifact).map(remark -> "; " + remark).orElse("");
    JobState end = reused ? JobState.REUSED : JobState.SUCCEEDED;
    if (!stage.silent() && !known) {
      folder.stage(
          new StageRecord(stage.name(), artifact.ref(), reused, artifact.cost(), Instant.now()));
      progress.ended(end, reused ? RunProgress.State.REUSED : RunProgress.State.SUCCEEDED, line);
    }
    stage.next(event, artifact).forEach(progress::publish);
    job.ended(end, line);
    LOG.infof("%s for run %s: %s", stage.name(), event.runId(), line);
  }

  private static String line(Committed artifact, boolean reused) {
    String address = artifact.ref().address();
    String kind = address.contains("/") ? address.substring(0, address.indexOf('/')) : address;
    String digest = artifact.ref().digest().substring(0, DIGEST_SHOWN);
    return reused
        ? "reused " + kind + " " + digest
        : String.format(
            Locale.ROOT, "made %s %s in %.1f s", kind, digest, artifact.cost().seconds());
  }

  private void waitForLease() {
    if (tools.lifecycle.stopping()) {
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
    if (folder.cancelled().isPresent()) {
      throw new StopException(StopException.Reason.CANCELLED);
    }
    progress.waiting("waiting for another process that makes the same artifact");
  }

  private Outcome stopped(StopException stop, Address address) {
    switch (stop.reason()) {
      case CANCELLED -> {
        discard();
        tools.checkpoints.clear(address.digest());
        return Outcome.CANCELLED;
      }
      case RUN_FAILED -> {
        // the checkpoint stays: another run may want the same artifact
        discard();
        job.ended(JobState.CANCELLED, stop.getMessage());
        return Outcome.SKIPPED;
      }
      default -> throw stop;
    }
  }

  private void discard() {
    drafts.forEach(ArtifactDraft::discard);
    drafts.clear();
  }

  /** Tells watchers that the run's cancelling has reached this job, if it had begun. */
  public void cancelled() {
    if (progress != null) {
      String reason = folder.cancelled().map(RunCancel::reason).orElse(null);
      progress.ended(
          JobState.CANCELLED,
          RunProgress.State.SUCCEEDED,
          reason == null ? "cancelled" : "cancelled: " + reason);
    }
  }

  /** The process stops; the message will come again. */
  public void interrupted() {
    if (job != null) {
      job.ended(JobState.STOPPED, "stopped; will be resumed");
    }
  }

  /** Ends the job alone, which nobody's run waits for, and leaves nothing half-made. */
  public void refuse(InvalidInputException why) throws Exception {
    if (job == null) {
      job = tools.jobs.begin(event.runId(), stage.name(), null);
    }
    job.ended(JobState.FAILED, why.getMessage());
    tools.patience.call(
        "tidy up after " + stage.name(),
        () -> {
          discard();
          return true;
        });
  }

  /** Ends the run: says why on run.failed, then notes it, and leaves nothing half-made. */
  public void fail(InvalidInputException why) throws Exception {
    if (job == null) {
      job = tools.jobs.begin(event.runId(), stage.name(), null);
    }
    job.ended(JobState.FAILED, why.getMessage());
    RunFailed failed =
        new RunFailed(event.runId(), stage.name(), why.problem(), why.remedy(), Instant.now());
    tools.patience.call(
        "report the failure of run " + event.runId(),
        () -> {
          // said before it is noted: noted first, a crash between the two would silence it for good
          if (folder.failed().isEmpty()) {
            tools.publisher.publish(failed);
            folder.failed(failed);
          }
          discard();
          return true;
        });
  }
}
