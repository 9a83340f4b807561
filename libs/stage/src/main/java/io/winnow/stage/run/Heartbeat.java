package io.winnow.stage.run;

import io.winnow.stage.StopException;
import io.winnow.store.artifact.RunFolder;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Beside a running job, on a thread of its own: renews the job's lease and looks whether its run
 * was cancelled or has failed in another stage.
 */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Heartbeat.class);

  private final Leases.Lease lease;
  private final RunFolder folder;
  private final ScheduledExecutorService thread;
  private volatile StopException.Reason stop;

  Heartbeat(Leases.Lease lease, RunFolder folder, Duration interval) {
    this.lease = lease;
    this.folder = folder;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread t = new Thread(task, "winnow-heartbeat");
              t.setDaemon(true);
              return t;
            });
    long nanos = interval.toNanos();
    thread.scheduleWithFixedDelay(this::beat, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Why the job has to leave, or null. */
  StopException.Reason stop() {
    return stop;
  }

  private void beat() {
    try {
      if (!lease.renew()) {
        stop = StopException.Reason.LEASE_LOST;
      } else if (folder.cancelled().isPresent()) {
        stop = StopException.Reason.CANCELLED;
      } else if (folder.failed().isPresent()) {
        stop = StopException.Reason.RUN_FAILED;
      }
    } catch (RuntimeException e) {
      // the next beat tries again; should the lease be taken meanwhile, that beat sees it
      LOG.warnf("A heartbeat failed: %s", e.getMessage());
    }
  }

  /** Returns when no beat is under way, so that none can renew a lease given back. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
