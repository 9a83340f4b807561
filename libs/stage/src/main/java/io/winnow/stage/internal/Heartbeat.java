package io.winnow.stage.internal;

import io.winnow.stage.api.StopException;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.local.Time;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Runs in parallel with a job, on a thread of its own: renews the job's lease, and checks whether
 * its run was cancelled or has failed in another stage.
 */
final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Heartbeat.class);

  private final Leases.Lease lease;
  private final RunFolder folder;
  private final LongSupplier done;
  private final Time.Repetition beats;
  private volatile StopException.Reason stop;

  /**
   * Starts.
   *
   * @param done units of progress of the job so far
   */
  Heartbeat(Leases.Lease lease, RunFolder folder, LongSupplier done, Duration interval, Time time) {
    this.lease = lease;
    this.folder = folder;
    this.done = done;
    this.beats = time.every(interval, "winnow-heartbeat", this::beat);
  }

  /** Why the job has to end, or null. */
  StopException.Reason stop() {
    return stop;
  }

  private void beat() {
    try {
      if (!lease.renew(done.getAsLong())) {
        stop = StopException.Reason.LEASE_LOST;
      } else if (folder.cancelled().isPresent()) {
        stop = StopException.Reason.CANCELLED;
      } else if (folder.failed().isPresent()) {
        stop = StopException.Reason.RUN_FAILED;
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      // the next beat tries again; if the lease is taken meanwhile, that beat notices
      LOG.warnf("A heartbeat failed: %s", e.getMessage());
    }
  }

  /** Returns when no beat is in progress, so that none can renew a released lease. */
  @Override
  public void close() {
    beats.close();
  }
}
