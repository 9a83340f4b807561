package io.winnow.stage.internal;

import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.stage.api.StopException;
import io.winnow.stage.config.StageSettings;
import io.winnow.store.local.Time;
import io.winnow.store.object.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Which process makes an artifact, stored as {@code leases/<digest>/<number>.json}. The holder of
 * the highest number has the lease and increments its beats while it lives. Another process takes
 * the next number (a conditional create, so there is one winner) when it has seen no new beat for
 * the lease time by its own clock: clocks of two machines are never compared. A process that died
 * and was restarted under the same instance name takes the next number immediately.
 *
 * <p>A lease saves work; it does not protect the result. The commit does, which is conditional too.
 */
@ApplicationScoped
public class Leases {
  private static final String ROOT = "leases/";

  private final ObjectStore objects;
  private final String instance;
  private final Duration leaseTime;
  private final Time time;
  private final String process = UUID.randomUUID().toString();
  // digests that a thread of this process works on: another thread has the same instance name, and
  // would take the lease immediately
  private final Set<String> inProgress = ConcurrentHashMap.newKeySet();

  public Leases(
      ObjectStore objects,
      @ConfigProperty(name = "winnow.instance") String instance,
      StageSettings settings,
      Time time) {
    this.objects = objects;
    this.instance = instance;
    this.leaseTime = settings.leaseTime();
    this.time = time;
  }

  /**
   * The content of a lease object.
   *
   * @param instance the holder, across restarts
   * @param process the holder, until it dies
   * @param runId the run that it works for
   * @param beats increases while the holder lives
   * @param crashes of the processes before it, and how far it has come itself; null for none
   */
  record Holder(String instance, String process, String runId, long beats, Crashes crashes) {
    Holder {
      crashes = crashes == null ? Crashes.NONE : crashes;
    }
  }

  /** A holder with its number, as read from the store. */
  private record Sighting(long number, Holder holder) {}

  /** The right to make one artifact; closing it releases it. */
  final class Lease implements AutoCloseable {
    private final String digest;
    private final String runId;
    private final long number;
    private Crashes crashes;
    private long beats;

    private Lease(String digest, String runId, long number, Crashes crashes) {
      this.digest = digest;
      this.runId = runId;
      this.number = number;
      this.crashes = crashes;
    }

    /** The crashes of the processes that had the job before. */
    synchronized Crashes crashes() {
      return crashes;
    }

    /**
     * Adds a beat.
     *
     * @param done units of progress so far
     * @return false if another process has taken the lease over
     */
    synchronized boolean renew(long done) {
      if (!held()) {
        return false;
      }
      crashes = crashes.at(done);
      objects.put(key(digest, number), Json.bytes(holder(runId, ++beats, crashes)));
      return true;
    }

    /**
     * False if another process has taken the lease over. That one may have released it since, and
     * removed ours with it: then our number is free, or belongs to another process.
     */
    synchronized boolean held() {
      if (objects.stat(key(digest, number + 1)).isPresent()) {
        return false;
      }
      String key = key(digest, number);
      return objects
          .find(key)
          .filter(content -> Json.read(content, Holder.class, key).process().equals(process))
          .isPresent();
    }

    @Override
    public synchronized void close() {
      try {
        release(digest, number);
      } finally {
        inProgress.remove(digest);
      }
    }
  }

  /**
   * Waits for the lease.
   *
   * @param checkpoint the job's highest checkpoint number; asked if the last holder has died
   * @param needless true once nobody has to make the artifact any more
   * @param waiting called about once a second while waiting; an exception ends the waiting
   * @return empty if it became needless
   */
  Optional<Lease> acquire(
      String digest,
      String runId,
      LongSupplier checkpoint,
      BooleanSupplier needless,
      Runnable waiting) {
    while (!inProgress.add(digest)) {
      if (needless.getAsBoolean()) {
        return Optional.empty();
      }
      waiting.run();
      pause();
    }
    Optional<Lease> lease = Optional.empty();
    try {
      lease = acquireFromOthers(digest, runId, checkpoint, needless, waiting);
      return lease;
    } finally {
      if (lease.isEmpty()) {
        inProgress.remove(digest);
      }
    }
  }

  private Optional<Lease> acquireFromOthers(
      String digest,
      String runId,
      LongSupplier checkpoint,
      BooleanSupplier needless,
      Runnable waiting) {
    Sighting seen = null;
    long seenAt = 0;
    while (true) {
      Optional<Sighting> latest = latest(digest);
      boolean free = latest.isEmpty() || latest.get().holder().instance().equals(instance);
      if (!free) {
        if (!latest.get().equals(seen)) {
          seen = latest.get();
          seenAt = time.nanos();
        }
        free = time.nanos() - seenAt >= leaseTime.toNanos();
      }
      if (free) {
        long number = latest.map(Sighting::number).orElse(0L) + 1;
        Crashes crashes = latest.map(s -> crashes(s.holder(), checkpoint)).orElse(Crashes.NONE);
        if (objects.create(key(digest, number), Json.bytes(holder(runId, 0, crashes)))) {
          // the last holder may have committed after we read, and then released
          if (needless.getAsBoolean()) {
            release(digest, number);
            return Optional.empty();
          }
          return Optional.of(new Lease(digest, runId, number, crashes));
        }
      }
      if (needless.getAsBoolean()) {
        return Optional.empty();
      }
      waiting.run();
      pause();
    }
  }

  /** The run for which the artifact is being made, or was when its holder died. */
  Optional<String> runOf(String digest) {
    return latest(digest).map(sighting -> sighting.holder().runId());
  }

  /**
   * The crashes of processes at work that needs no lease, because several may do it at once.
   *
   * @param digest names the work
   */
  Crashes crashes(String digest) {
    String key = key(digest, 1);
    return objects
        .find(key)
        .map(content -> crashes(Json.read(content, Holder.class, key), () -> 0))
        .orElse(Crashes.NONE);
  }

  /** Records that this process does such work; {@link #clear} when it is done. */
  void note(String digest, String runId, Crashes crashes) {
    objects.put(key(digest, 1), Json.bytes(holder(runId, 0, crashes)));
  }

  /** Removes the leases of a holder that died after its commit. */
  void clear(String digest) {
    release(digest, Long.MAX_VALUE);
  }

  private void release(String digest, long upTo) {
    for (ObjectRef object : objects.list(ROOT + digest + "/")) {
      if (number(object.key()) <= upTo) {
        objects.delete(object.key());
      }
    }
  }

  private Optional<Sighting> latest(String digest) {
    return objects.list(ROOT + digest + "/").stream()
        .map(ObjectRef::key)
        .max(Comparator.comparingLong(Leases::number))
        .flatMap(
            key ->
                objects
                    .find(key)
                    .map(b -> new Sighting(number(key), Json.read(b, Holder.class, key))));
  }

  // this process is its own successor after the store was unavailable
  private Crashes crashes(Holder last, LongSupplier checkpoint) {
    return last.process().equals(process)
        ? last.crashes()
        : last.crashes().next(checkpoint.getAsLong());
  }

  private Holder holder(String runId, long beats, Crashes crashes) {
    return new Holder(instance, process, runId, beats, crashes);
  }

  private void pause() {
    try {
      time.sleep(Duration.ofMillis(Math.min(1_000, Math.max(1, leaseTime.toMillis() / 5))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
  }

  private static String key(String digest, long number) {
    return ROOT + digest + "/" + String.format("%08d", number) + ".json";
  }

  private static long number(String key) {
    return Long.parseLong(key.substring(key.lastIndexOf('/') + 1, key.length() - ".json".length()));
  }
}
