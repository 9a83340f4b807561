package io.winnow.stage.internal;

import io.winnow.contracts.spec.Priority;
import io.winnow.stage.api.Lane;
import io.winnow.stage.api.StopException;
import io.winnow.stage.config.StageSettings;
import io.winnow.store.local.DaemonThreads;
import io.winnow.store.local.Time;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jboss.logging.MDC;

/**
 * Lets one job of each lane run at a time, in the order of {@link LaneQueue}. Jobs wait on the
 * threads that brought them, and compute on a thread of their lane: a native library keeps a pool
 * of its own for every thread that calls it.
 */
@ApplicationScoped
public class Lanes {
  private final Map<Lane, LaneState> lanes = new EnumMap<>(Lane.class);
  private final ReentrantLock entrance = new ReentrantLock(true);
  private final long pollMillis;
  private final Time time;

  public Lanes(StageSettings settings, Time time) {
    this.time = time;
    this.pollMillis = Math.max(1, settings.heartbeatInterval().toMillis());
    for (Lane lane : Lane.values()) {
      lanes.put(
          lane,
          new LaneState(
              new LaneQueue(settings.slice().toNanos(), settings.longestWait().toNanos()),
              Executors.newSingleThreadExecutor(
                  DaemonThreads.named("winnow-" + lane.name().toLowerCase(Locale.ROOT)))));
    }
  }

  // guarded by itself
  private static final class LaneState {
    private final LaneQueue queue;
    private final ExecutorService thread;
    private long changes;

    private LaneState(LaneQueue queue, ExecutorService thread) {
      this.queue = queue;
      this.thread = thread;
    }

    private void changed() {
      changes++;
      notifyAll();
    }
  }

  /** A job's turn in its lane; closing it ends the turn. */
  final class Turn implements AutoCloseable {
    private final LaneState lane;
    private final LaneQueue.Entry entry;

    private Turn(LaneState lane, LaneQueue.Entry entry) {
      this.lane = lane;
      this.entry = entry;
    }

    /** Whether the job should save its state and yield. */
    boolean over() {
      if (lane == null) {
        return false;
      }
      synchronized (lane) {
        return lane.queue.over(time.nanos());
      }
    }

    /** Calls on the lane's thread; on the caller's if the job waits for nobody. */
    <T> T call(Callable<T> work) throws Exception {
      if (lane == null) {
        return work.call();
      }
      Map<String, Object> context = MDC.getMap();
      try {
        return lane.thread
            .submit(
                () -> {
                  context.forEach(MDC::put);
                  try {
                    return work.call();
                  } finally {
                    MDC.clear();
                  }
                })
            .get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (Exception) e.getCause();
      }
    }

    @Override
    public void close() {
      if (lane != null) {
        synchronized (lane) {
          lane.queue.leave(entry);
          lane.changed();
        }
      }
    }
  }

  /**
   * Waits for a job's turn.
   *
   * @param job its id
   * @param cost compared with that of other jobs of the lane
   * @param queued called when the job begins to wait, and repeatedly while it waits
   * @param check called before the job starts, and repeatedly while it waits; an exception ends the
   *     waiting
   * @throws StopException the thread was interrupted
   */
  Turn await(
      String job,
      Lane of,
      Priority priority,
      double cost,
      Consumer<LaneQueue.Position> queued,
      Runnable check) {
    if (of == Lane.CALLER) {
      return new Turn(null, null);
    }
    LaneState lane = lanes.get(of);
    LaneQueue.Entry entry;
    synchronized (lane) {
      entry = lane.queue.join(job, priority, cost, time.nanos());
      lane.changed();
    }
    boolean started = false;
    try {
      while (true) {
        // before the start: the turn of a job that has to end may come at the same moment
        check.run();
        LaneQueue.Position position;
        long seen;
        synchronized (lane) {
          started = lane.queue.start(entry, time.nanos());
          if (started) {
            lane.changed();
            return new Turn(lane, entry);
          }
          position = lane.queue.position(entry, time.nanos());
          seen = lane.changes;
        }
        queued.accept(position);
        synchronized (lane) {
          if (lane.changes == seen) {
            lane.wait(pollMillis);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StopException(StopException.Reason.SHUTDOWN);
    } finally {
      if (!started) {
        new Turn(lane, entry).close();
      }
    }
  }

  /** Calls while no other thread does: many jobs may arrive at once, and memory holds one. */
  <T> T alone(Callable<T> work) throws Exception {
    try {
      entrance.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
    try {
      return work.call();
    } finally {
      entrance.unlock();
    }
  }
}
