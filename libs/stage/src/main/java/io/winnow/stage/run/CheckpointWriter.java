package io.winnow.stage.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.winnow.contracts.run.StageRecord;
import io.winnow.stage.Checkpoint;
import io.winnow.stage.StopException;
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
 * Keeps one attempt's checkpoints on a thread of its own. One state at most is being written and
 * one waits; a newer one takes the place of the one that waits, so the job never waits for the
 * store. While the store is away the thread tries again, until the attempt is over.
 */
final class CheckpointWriter {
  private static final Logger LOG = Logger.getLogger(CheckpointWriter.class);
  private static final long LOOK_MILLIS = 50;

  private final Toolbox tools;
  private final String digest;
  private final Path scratch;
  private final Progress progress;
  private final BooleanSupplier held;
  private final Supplier<StopException.Reason> stop;
  private final Timer handover;
  private final Timer write;
  private final Counter replaced;
  // a task writes what waits when it begins: one more than the running one is all it takes
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          task -> {
            Thread t = new Thread(task, "winnow-checkpoints");
            t.setDaemon(true);
            return t;
          },
          new ThreadPoolExecutor.DiscardPolicy());
  private final AtomicReference<Handed> waiting = new AtomicReference<>();
  private volatile Throwable fault;
  private volatile boolean lost;
  private volatile boolean ending;
  private volatile boolean unwanted;
  // of the writer's thread alone; 0: not known
  private long previous;
  private long next;

  private record Handed(Checkpoint state, StageRecord.Cost cost) {}

  /**
   * @param resumed number of the checkpoint from which the attempt goes on, 0 for none
   * @param held whether the job is still this process's, asked of the store
   * @param stop why the job has to leave, or null
   */
  CheckpointWriter(
      Toolbox tools,
      String stage,
      String digest,
      long resumed,
      Path scratch,
      Progress progress,
      BooleanSupplier held,
      Supplier<StopException.Reason> stop) {
    this.tools = tools;
    this.digest = digest;
    this.previous = resumed;
    this.scratch = scratch;
    this.progress = progress;
    this.held = held;
    this.stop = stop;
    this.handover = tools.meters.timer("winnow.stage.checkpoint.handover", "stage", stage);
    this.write = tools.meters.timer("winnow.stage.checkpoint.write", "stage", stage);
    this.replaced = tools.meters.counter("winnow.stage.checkpoint.replaced", "stage", stage);
  }

  /** Takes a state over; on the job's thread. */
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

  /** Lets the job's thread know what befell the writer's. */
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
   * Ends the writing; nothing is written once this has returned, unless the grace of a stop is
   * over.
   *
   * @param wanted whether what was handed over last is to be written first, however long the store
   *     is away; else it is dropped
   * @return what befell a state and was not transient
   */
  Optional<Throwable> end(boolean wanted) {
    ending = true;
    unwanted = !wanted;
    thread.shutdown();
    try {
      while (!thread.awaitTermination(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (tools.lifecycle.graceOver()) {
          LOG.warn("A checkpoint could not be written within the grace of the stop");
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
        || tools.lifecycle.graceOver();
  }

  private void writeWaiting() {
    long start = System.nanoTime();
    try (Checkpoints.Spilled state = spill()) {
      if (state != null) {
        boolean kept =
            tools.patience.call("keep a checkpoint", () -> keep(state), this::away, this::over);
        if (kept) {
          write.record(Duration.ofNanos(System.nanoTime() - start));
        }
      }
    } catch (StopException e) {
      LOG.debugf("A checkpoint is given up: %s", e.getMessage());
    } catch (RuntimeException | Error e) {
      failed(e);
    } catch (Exception e) {
      failed(new IllegalStateException("Cannot keep a checkpoint", e));
    } finally {
      progress.aside(null);
    }
  }

  private void failed(Throwable e) {
    LOG.errorf("A checkpoint could not be kept: %s", e);
    fault = e;
  }

  // apart, so that no frame holds the tensors while the store is waited for
  private Checkpoints.Spilled spill() {
    Handed state = waiting.getAndSet(null);
    return state == null || over()
        ? null
        : tools.checkpoints.spill(state.state(), state.cost(), scratch);
  }

  private boolean keep(Checkpoints.Spilled state) {
    while (!over()) {
      if (next == 0) {
        next = tools.checkpoints.highest(digest) + 1;
      }
      switch (tools.checkpoints.save(digest, next, state, previous, held)) {
        case KEPT -> {
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
    String message = "waiting to keep a checkpoint: " + cause.getMessage();
    progress.aside(message);
    if (ending) {
      // the job waits for this thread: this is its sign of life
      progress.waiting(message);
    }
  }
}
