package io.winnow.stage.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.api.Checkpoint;
import io.winnow.stage.api.StopException;
import io.winnow.store.local.DaemonThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Writes one attempt's checkpoints on a thread of its own. At most one state is being written and
 * one is waiting; a newer state replaces the waiting one, so the job never waits for the store. The
 * thread retries while the store is unavailable, until the attempt ends.
 */
final class CheckpointWriter {
  private static final Logger LOG = Logger.getLogger(CheckpointWriter.class);
  private static final long LOOK_MILLIS = 50;

  private final JobServices services;
  private final String digest;
  private final Path scratch;
  private final Progress progress;
  private final BooleanSupplier held;
  private final Supplier<StopException.Reason> stop;
  private final Timer handover;
  private final Timer write;
  private final Counter replaced;
  // a task writes the waiting state when it begins, so one queued task is enough
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          DaemonThreads.named("winnow-checkpoints"),
          new ThreadPoolExecutor.DiscardPolicy());
  private final AtomicReference<Handed> waiting = new AtomicReference<>();
  private volatile Throwable fault;
  private volatile boolean lost;
  private volatile boolean ending;
  private volatile boolean unwanted;
  // only for the writer's thread; 0: unknown
  private long previous;
  private long next;

  private record Handed(Checkpoint state, StageRecord.Cost cost) {}

  /**
   * Starts nothing yet.
   *
   * @param resumed number of the checkpoint from which the attempt resumes, 0 for none
   * @param held whether this process still holds the job's lease; asks the store
   * @param stop why the job has to end, or null
   */
  CheckpointWriter(
      JobServices services,
      String stage,
      String digest,
      long resumed,
      Path scratch,
      Progress progress,
      BooleanSupplier held,
      Supplier<StopException.Reason> stop) {
    this.services = services;
    this.digest = digest;
    this.previous = resumed;
    this.scratch = scratch;
    this.progress = progress;
    this.held = held;
    this.stop = stop;
    this.handover = services.meters.timer("winnow.stage.checkpoint.handover", "stage", stage);
    this.write = services.meters.timer("winnow.stage.checkpoint.write", "stage", stage);
    this.replaced = services.meters.counter("winnow.stage.checkpoint.replaced", "stage", stage);
  }

  /** Accepts a state; on the job's thread. */
  void hand(Supplier<Checkpoint> state, Supplier<StageRecord.Cost> cost) {
    check();
    long start = System.nanoTime();
    if (waiting.getAndSet(null) != null) {
      replaced.increment();
    }
    waiting.set(new Handed(state.get(), cost.get()));
    thread.execute(this::writeWaiting);
    handover.record(Duration.ofNanos(System.nanoTime() - start));
  }

  /** Throws on the job's thread what failed on the writer's. */
  void check() {
    Throwable known = fault;
    if (known instanceof Error error) {
      throw error;
    }
    if (known != null) {
      throw (RuntimeException) known;
    }
    if (lost) {
      throw new StopException(StopException.Reason.LEASE_LOST);
    }
  }

  /**
   * Ends the writing. Nothing is written once this has returned, unless the grace period of a stop
   * is over.
   *
   * @param wanted whether to write the state handed over last first, however long the store is
   *     unavailable; otherwise it is dropped
   * @return a non-transient fault
   */
  Optional<Throwable> end(boolean wanted) {
    ending = true;
    unwanted = !wanted;
    thread.shutdown();
    try {
      while (!thread.awaitTermination(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (services.lifecycle.graceOver()) {
          LOG.warn("A checkpoint could not be written within the grace period of the stop");
          break;
        }
      }
    } catch (InterruptedException e) {
      unwanted = true;
      Thread.currentThread().interrupt();
    }
    waiting.set(null);
    return Optional.ofNullable(fault);
  }

  private boolean over() {
    StopException.Reason reason = stop.get();
    return unwanted
        || lost
        || fault != null
        || reason == StopException.Reason.CANCELLED
        || reason == StopException.Reason.LEASE_LOST
        || services.lifecycle.graceOver();
  }

  private void writeWaiting() {
    long start = System.nanoTime();
    try (Checkpoints.Spilled state = spill()) {
      if (state != null) {
        boolean saved =
            services.retry.call("write a checkpoint", () -> save(state), this::away, this::over);
        if (saved) {
          write.record(Duration.ofNanos(System.nanoTime() - start));
        }
      }
    } catch (StopException e) {
      LOG.debugf("A checkpoint is dropped: %s", e.getMessage());
    } catch (RuntimeException | Error e) {
      failed(e);
    } catch (Exception e) {
      failed(new IllegalStateException("Cannot write a checkpoint", e));
    } finally {
      progress.aside(null);
    }
  }

  private void failed(Throwable e) {
    LOG.errorf("A checkpoint could not be written: %s", e);
    fault = e;
  }

  // a separate method, so that no frame holds the tensors while the store is unavailable
  private Checkpoints.Spilled spill() {
    Handed state = waiting.getAndSet(null);
    return state == null || over()
        ? null
        : services.checkpoints.spill(state.state(), state.cost(), scratch);
  }

  private boolean save(Checkpoints.Spilled state) {
    while (!over()) {
      if (next == 0) {
        next = services.checkpoints.highest(digest) + 1;
      }
      switch (services.checkpoints.save(digest, next, state, previous, held)) {
        case SAVED -> {
          previous = next++;
          return true;
        }
        case LOST -> lost = true;
        case TAKEN -> next = 0;
      }
    }
    return false;
  }

  private void away(Throwable cause) {
    String message = "waiting to write a checkpoint: " + cause.getMessage();
    progress.aside(message);
    if (ending) {
      // the job waits for this thread: this is its heartbeat
      progress.waiting(message);
    }
  }
}
