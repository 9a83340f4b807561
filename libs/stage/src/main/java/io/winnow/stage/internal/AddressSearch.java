package io.winnow.stage.internal;

import io.micrometer.core.instrument.Counter;
import io.winnow.contracts.Json;
import io.winnow.contracts.event.Event;
import io.winnow.datasets.ReadListener;
import io.winnow.stage.api.Stage;
import io.winnow.stage.api.StopException;
import io.winnow.stage.api.StopException.Reason;
import io.winnow.store.artifact.Address;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.local.Time;
import io.winnow.store.object.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jboss.logging.Logger;

/**
 * The part of a job before its address is known. A stage may read its whole input for that, for
 * hours, so this part too is visible, ends with its run, and counts the processes that it ended. It
 * needs no lease: processes that read the same do no harm.
 */
final class AddressSearch<E extends Event> implements ReadListener {
  private static final Logger LOG = Logger.getLogger(AddressSearch.class);
  private static final int MIB_SHIFT = 20;

  private final Stage<E> stage;
  private final E event;
  private final JobServices services;
  private final RunFolder folder;
  private final Progress progress;
  private final String work;
  private final Counter bytesRead;
  private final long intervalNanos;
  private Crashes crashes;
  private boolean noted;
  private long bytes;
  private long shownBytes;
  private long shownNanos = System.nanoTime();
  private volatile Reason stop;

  /**
   * Reads nothing yet.
   *
   * @param progress of the job, which has no address
   */
  AddressSearch(
      Stage<E> stage, E event, JobServices services, RunFolder folder, Progress progress) {
    this.stage = stage;
    this.event = event;
    this.services = services;
    this.folder = folder;
    this.progress = progress;
    this.work = digest(stage.name(), event);
    this.bytesRead = services.meters.counter("winnow.source.read.bytes", "stage", stage.name());
    this.intervalNanos = services.settings.progressInterval().toNanos();
  }

  // as a lease is named by its artifact's digest
  private static String digest(String stage, Event event) {
    MessageDigest digest = Digests.sha256();
    digest.update(("address " + stage + " ").getBytes(StandardCharsets.UTF_8));
    return Digests.hex(digest.digest(Json.bytes(event)));
  }

  /**
   * Finds the address.
   *
   * @throws StopException the run was cancelled or has failed, or the process was told to stop
   * @throws io.winnow.contracts.InvalidInputException the input can never succeed, or has ended too
   *     many processes
   */
  Address find() {
    crashes = services.leases.crashes(work);
    crashes.require(stage.name(), services.settings.maxCrashes());
    try (Time.Repetition beats =
        services.time.every(
            services.settings.heartbeatInterval(), "winnow-heartbeat", this::beat)) {
      return stage.address(event, this);
    } catch (RuntimeException e) {
      // a loop may have wrapped it
      throw stop == null ? e : new StopException(stop);
    } finally {
      forget();
    }
  }

  @Override
  public void read(long more) {
    bytes += more;
    long now = System.nanoTime();
    if (now - shownNanos >= intervalNanos) {
      shownNanos = now;
      bytesRead.increment(bytes - shownBytes);
      shownBytes = bytes;
      progress.running(bytes >> MIB_SHIFT, 0, "MiB", "reading the input");
      if (services.lifecycle.stopping()) {
        stop = Reason.SHUTDOWN;
      }
    }
    if (stop != null) {
      throw new StopException(stop);
    }
  }

  // on a thread of its own: it shows no progress, but notices a cancellation whatever the stage
  // does
  private synchronized void beat() {
    try {
      crashes = crashes.at(progress.done());
      services.leases.note(work, folder.id(), crashes);
      noted = true;
      if (folder.cancelled().isPresent()) {
        stop = Reason.CANCELLED;
      } else if (folder.failed().isPresent()) {
        stop = Reason.RUN_FAILED;
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.warnf("A heartbeat failed: %s", e.getMessage());
    }
  }

  private synchronized void forget() {
    try {
      if (noted) {
        services.leases.clear(work);
      }
    } catch (RuntimeException e) {
      // its next process counts one crash too many
      LOG.warnf("Cannot remove a lease: %s", e.getMessage());
    }
  }
}
