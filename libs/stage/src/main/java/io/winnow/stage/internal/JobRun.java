package io.winnow.stage.internal;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.Shown;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.LineageEvent;
import io.winnow.contracts.event.RunCancel;
import io.winnow.contracts.event.RunFailed;
import io.winnow.contracts.event.RunProgress;
import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.Priority;
import io.winnow.stage.api.Lane;
import io.winnow.stage.api.Stage;
import io.winnow.stage.api.StopException;
import io.winnow.stage.jobs.Job;
import io.winnow.stage.jobs.JobState;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactDraft;
import io.winnow.store.artifact.RunFolder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** One job, over as many attempts as transient faults make necessary. */
final class JobRun<E extends Event> {
  private static final Logger LOG = Logger.getLogger(JobRun.class);
  private static final int DIGEST_SHOWN = 12;
  private static final int POLLS = 5;

  private final Stage<E> stage;
  private final String runId;
  private final Function<RunFolder, Optional<E>> input;
  private final JobServices services;
  private final RunFolder folder;
  private final List<ArtifactDraft> drafts = new ArrayList<>();
  private Job job;
  private Progress progress;
  private boolean begun;
  private Address address;
  private long images;
  private long queuedNanos;
  private boolean made;

  /**
   * @param input finds the event in each attempt; empty if it has not arrived yet
   * @throws InvalidInputException an unusable run id
   */
  JobRun(
      Stage<E> stage, String runId, Function<RunFolder, Optional<E>> input, JobServices services) {
    this.stage = stage;
    this.runId = runId;
    this.input = input;
    this.services = services;
    this.folder = new RunFolder(services.store.objects(), runId);
  }

  /** Images that this process put through a network. */
  long images() {
    return images;
  }

  /** How long the job waited for its turns. */
  long queuedNanos() {
    return queuedNanos;
  }

  /**
   * Runs the job and waits while a transient fault lasts.
   *
   * @throws StopException the process was told to stop
   * @throws Exception the run has failed: see {@link #fail}
   */
  Outcome call() throws Exception {
    list();
    Outcome outcome;
    do {
      outcome =
          services.retry.call(
              "run " + stage.name() + " for run " + runId, this::attempt, this::faulted);
    } while (outcome == Outcome.YIELDED);
    if (!begun) {
      services.jobs.forget(job);
    }
    return outcome;
  }

  // from its receipt on, under another id once its address is known
  private void list() {
    job = services.jobs.begin(runId, stage.name(), address);
    progress = new Progress(services.publisher, job, services.settings.progressInterval());
  }

  private void faulted(Throwable fault) {
    progress.waiting("waiting: " + fault.getMessage());
  }

  private Outcome attempt() throws Exception {
    if (folder.cancelled().isPresent()) {
      return Outcome.CANCELLED;
    }
    if (folder.failed().isPresent()) {
      return Outcome.SKIPPED;
    }
    Optional<E> event = input.apply(folder).filter(e -> stage.ready(e) && chosen(e));
    return event.isPresent() ? attempt(event.get()) : Outcome.SKIPPED;
  }

  // decided in the store, whichever process gets which event; the chosen one may come again
  private boolean chosen(E event) {
    return !stage.oncePerRun()
        || Arrays.equals(
            Json.bytes(folder.first("once-" + stage.name(), event)), Json.bytes(event));
  }

  private Outcome attempt(E event) throws Exception {
    try {
      if (stage.lane() != Lane.READING) {
        services.lanes.alone(() -> locate(event));
        Optional<Artifact> there = services.store.reuse(address.path());
        if (there.isPresent()) {
          return found(event, there.get());
        }
      }
    } catch (StopException stop) {
      return stopped(stop);
    }
    Lanes.Turn turn;
    try {
      turn = turn(event);
    } catch (StopException stop) {
      return stoppedInQueue(stop);
    }
    try (turn) {
      return attempt(event, turn);
    }
  }

  // it may have worked before, and yielded; another run's job may go on with its state since
  private Outcome stoppedInQueue(StopException stop) {
    boolean taken = drafts.isEmpty() || services.leases.runOf(address.digest()).isPresent();
    if (taken && stop.reason() == StopException.Reason.CANCELLED) {
      return Outcome.CANCELLED;
    }
    if (taken) {
      drafts.clear();
    }
    return stopped(stop);
  }

  private Lanes.Turn turn(E event) {
    long start = services.time.nanos();
    AtomicLong asked = new AtomicLong(start);
    try {
      return services.lanes.await(
          job.view().id(),
          stage.lane(),
          priority(event),
          stage.cost(event),
          position -> {
            begun = true;
            progress.queued(position, stage.silent());
          },
          () -> mayWait(asked));
    } finally {
      queuedNanos += services.time.nanos() - start;
    }
  }

  // jobs may wait in great numbers: they ask the store seldom
  private void mayWait(AtomicLong asked) {
    if (services.lifecycle.stopping()) {
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
    long now = services.time.nanos();
    if (now - asked.get() >= POLLS * services.settings.heartbeatInterval().toNanos()) {
      asked.set(now);
      if (folder.cancelled().isPresent()) {
        throw new StopException(StopException.Reason.CANCELLED);
      }
      if (folder.failed().isPresent()) {
        throw new StopException(StopException.Reason.RUN_FAILED);
      }
    }
  }

  private static Priority priority(Event event) {
    if (event instanceof RunRequested requested) {
      return requested.run().spec().priority();
    }
    return event instanceof LineageEvent of ? of.run().spec().priority() : Priority.NORMAL;
  }

  private Outcome attempt(E event, Lanes.Turn turn) throws Exception {
    try {
      locate(event);
    } catch (StopException stop) {
      return stopped(stop);
    }
    Optional<Artifact> there = services.store.reuse(address.path());
    if (there.isPresent()) {
      return found(event, there.get());
    }
    Optional<Leases.Lease> lease;
    try {
      lease =
          services.leases.acquire(
              address.digest(),
              runId,
              () -> services.checkpoints.highest(address.digest()),
              () -> services.store.reuse(address.path()).isPresent(),
              () -> waitForLease(turn));
    } catch (StopException stop) {
      return switch (stop.reason()) {
        case CANCELLED -> Outcome.CANCELLED;
        case YIELDED -> Outcome.YIELDED;
        default -> throw stop;
      };
    }
    if (lease.isEmpty()) {
      return found(event, services.store.find(address.path()).orElseThrow());
    }
    try (Leases.Lease held = lease.get()) {
      held.crashes().require(stage.name(), services.settings.maxCrashes());
      deliver(event, turn.call(() -> produce(event, held, turn)), false);
      services.checkpoints.clear(address.digest());
      return Outcome.MADE;
    } catch (StopException stop) {
      return stopped(stop);
    }
  }

  private boolean locate(E event) {
    if (address == null) {
      begun = true;
      address = new AddressSearch<>(stage, event, services, folder, progress).find();
      services.jobs.forget(job);
      list();
    }
    return true;
  }

  private Outcome found(E event, Artifact artifact) throws Exception {
    // also made for this run if its maker died, or lost the store, between commit and
    // acknowledgement
    boolean ours =
        made || services.leases.runOf(address.digest()).filter(runId::equals).isPresent();
    deliver(event, artifact, !ours);
    if (ours) {
      services.checkpoints.clear(address.digest());
      services.leases.clear(address.digest());
    }
    return ours ? Outcome.MADE : Outcome.REUSED;
  }

  private Artifact produce(E event, Leases.Lease lease, Lanes.Turn turn) throws Exception {
    ArtifactDraft draft = services.store.draft(address);
    drafts.add(draft);
    Attempt<E> attempt = new Attempt<>(stage, event, services, progress, turn);
    try {
      Artifact artifact = attempt.make(draft, lease, folder);
      made = true;
      return artifact;
    } finally {
      images += attempt.images();
    }
  }

  private void deliver(E event, Artifact artifact, boolean reused) {
    boolean recorded =
        !stage.silent()
            && folder.stages().stream()
                .anyMatch(
                    s -> s.stage().equals(stage.name()) && s.artifact().equals(artifact.ref()));
    String line =
        line(artifact, reused) + stage.remark(artifact).map(remark -> "; " + remark).orElse("");
    JobState end = reused ? JobState.REUSED : JobState.SUCCEEDED;
    if (!stage.silent() && !recorded) {
      folder.stage(
          new StageRecord(stage.name(), artifact.ref(), reused, artifact.cost(), Instant.now()));
      progress.ended(end, reused ? RunProgress.State.REUSED : RunProgress.State.SUCCEEDED, line);
    }
    stage.next(event, artifact).forEach(progress::publish);
    job.ended(end, line);
    LOG.infof("%s for run %s: %s", stage.name(), runId, Shown.line(line));
  }

  private static String line(Artifact artifact, boolean reused) {
    String address = artifact.ref().address();
    String kind = address.contains("/") ? address.substring(0, address.indexOf('/')) : address;
    String digest = artifact.ref().digest().substring(0, DIGEST_SHOWN);
    return reused
        ? "reused " + kind + " " + digest
        : String.format(
            Locale.ROOT, "made %s %s in %.1f s", kind, digest, artifact.cost().seconds());
  }

  private void waitForLease(Lanes.Turn turn) {
    if (services.lifecycle.stopping()) {
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
    if (folder.cancelled().isPresent()) {
      throw new StopException(StopException.Reason.CANCELLED);
    }
    if (turn.over()) {
      throw new StopException(StopException.Reason.YIELDED);
    }
    progress.waiting("waiting for another process that makes the same artifact");
  }

  private Outcome stopped(StopException stop) {
    switch (stop.reason()) {
      case CANCELLED -> {
        discard();
        if (address != null) {
          services.checkpoints.clear(address.digest());
        }
        return Outcome.CANCELLED;
      }
      case YIELDED -> {
        LOG.infof("%s for run %s yields to another job", stage.name(), runId);
        return Outcome.YIELDED;
      }
      case RUN_FAILED -> {
        // the checkpoint stays: another run may need the same artifact
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

  /** Reports that the job ended because its run was cancelled, if it had begun. */
  void cancelled() {
    if (begun) {
      String reason = folder.cancelled().map(RunCancel::reason).orElse(null);
      progress.ended(
          JobState.CANCELLED,
          RunProgress.State.SUCCEEDED,
          reason == null ? "cancelled" : "cancelled: " + reason);
    }
  }

  /** The process stops; the message will be delivered again. */
  void interrupted() {
    job.ended(JobState.STOPPED, "stopped; will be resumed");
  }

  /** Ends a job that belongs to no run, and removes what it had written. */
  void refuse(InvalidInputException why) throws Exception {
    job.ended(JobState.FAILED, why.getMessage());
    services.retry.call(
        "clean up after " + stage.name(),
        () -> {
          discard();
          return true;
        });
  }

  /** Fails the run: publishes run.failed, records it, and removes what the job had written. */
  void fail(InvalidInputException why) throws Exception {
    job.ended(JobState.FAILED, why.getMessage());
    RunFailed failed =
        new RunFailed(runId, stage.name(), why.problem(), why.remedy(), Instant.now());
    services.retry.call(
        "report the failure of run " + runId,
        () -> {
          // published before it is recorded: in the other order, a crash between the two would lose
          // it
          if (folder.failed().isEmpty()) {
            services.publisher.publish(failed);
            folder.failed(failed);
          }
          discard();
          return true;
        });
  }
}
