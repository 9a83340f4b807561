package io.winnow.stage.run;

import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.stage.StopException;
import io.winnow.stage.config.StageSettings;
import io.winnow.store.object.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who works on an artifact, kept in the store as {@code leases/<digest>/<number>.json}. The holder
 * of the highest number has the lease and counts up its beats while it lives. Another process takes
 * the next number (a conditional create, so there is one winner) when it has seen no beat for the
 * lease time by its own clock: clocks of two machines are never compared. A process that died and
 * came back under the same instance name takes the next number at once.
 *
 * <p>A lease saves work; it does not guard the result. That is done by the commit, which is
 * conditional too.
 */
@ApplicationScoped
public class Leases {
  private static final String ROOT = "leases/";

  private final ObjectStore objects;
  private final String instance;
  private final Duration time;
  private final String process = UUID.randomUUID().toString();
  // digests that a thread of this process works on: by its instance's name alone, another would
  // take the lease at once
  private final Set<String> inHand = ConcurrentHashMap.newKeySet();

  public Leases(
      ObjectStore objects,
      @ConfigProperty(name = "winnow.instance") String instance,
      StageSettings settings) {
    this.objects = objects;
    this.instance = instance;
    this.time = settings.leaseTime();
  }

  /**
   * The content of a lease object.
   *
   * @param instance who holds it, across restarts
   * @param process who holds it, until it dies
   * @param runId the run that it works for
   * @param beats rises while the holder lives
   */
  record Holder(String instance, String process, String runId, long beats) {}

  /** A numbered holder as seen in the store. */
  private record Sighting(long number, Holder holder) {}

  /** The right to work on one artifact. Closing it gives it back. */
  final class Lease implements AutoCloseable {
    private final String digest;
    private final String runId;
    private final long number;
    private long beats;

    private Lease(String digest, String runId, long number) {
      this.digest = digest;
      this.runId = runId;
      this.number = number;
    }

    /** Shows that the holder lives; false when another has taken the lease over. */
    synchronized boolean renew() {
      if (!held()) {
        return false;
      }
      objects.put(key(digest, number), Json.bytes(holder(runId, ++beats)));
      return true;
    }

    /**
     * False when another has taken the lease over. It may be gone again by now, and ours with it:
     * then our number is free, or somebody else's.
     */
    synchronized boolean held() {
      if (objects.stat(key(digest, number + 1)).isPresent()) {
        return false;
      }
      String key = key(digest, number);
      return objects
          .find(key)
          .filter(content -> Json.parse(content, Holder.class, key).process().equals(process))
          .isPresent();
    }

    @Override
    public synchronized void close() {
      try {
        release(digest, number);
      } finally {
        inHand.remove(digest);
      }
    }
  }

  /**
   * Waits for the lease.
   *
   * @param needless true once nobody has to work on it any more
   * @param waiting called about once a second meanwhile; what it throws ends the waiting
   * @return empty when it became needless
   */
  Optional<Lease> acquire(String digest, String runId, BooleanSupplier needless, Runnable waiting) {
    while (!inHand.add(digest)) {
      if (needless.getAsBoolean()) {
        return Optional.empty();
      }
      waiting.run();
      pause();
    }
    Optional<Lease> lease = Optional.empty();
    try {
      lease = acquireFromOthers(digest, runId, needless, waiting);
      return lease;
    } finally {
      if (lease.isEmpty()) {
        inHand.remove(digest);
      }
    }
  }

  private Optional<Lease> acquireFromOthers(
      String digest, String runId, BooleanSupplier needless, Runnable waiting) {
    Sighting seen = null;
    long seenAt = 0;
    while (true) {
      Optional<Sighting> latest = latest(digest);
      boolean free = latest.isEmpty() || latest.get().holder().instance().equals(instance);
      if (!free) {
        if (!latest.get().equals(seen)) {
          seen = latest.get();
          seenAt = System.nanoTime();
        }
        free = System.nanoTime() - seenAt >= time.toNanos();
      }
      if (free) {
        long number = latest.map(Sighting::number).orElse(0L) + 1;
        if (objects.create(key(digest, number), Json.bytes(holder(runId, 0)))) {
          // the last holder may have committed between our look and its release
          if (needless.getAsBoolean()) {
            release(digest, number);
            return Optional.empty();
          }
          return Optional.of(new Lease(digest, runId, number));
        }
      }
      if (needless.getAsBoolean()) {
        return Optional.empty();
      }
      waiting.run();
      pause();
    }
  }

  /** The run for which the artifact is, or was when its holder died, being made. */
  Optional<String> runOf(String digest) {
    return latest(digest).map(sighting -> sighting.holder().runId());
  }

  /** Removes what a holder left that died after its commit. */
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
                    .map(b -> new Sighting(number(key), Json.parse(b, Holder.class, key))));
  }

  private Holder holder(String runId, long beats) {
    return new Holder(instance, process, runId, beats);
  }

  private void pause() {
    try {
      Thread.sleep(Math.min(1_000, Math.max(1, time.toMillis() / 5)));
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
