package io.winnow.store.artifact;

import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.local.Time;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.object.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sweeps: times in which a process deletes committed artifacts. There is one at a time in a store,
 * announced as {@code garbage/sweeps/<number>.json} with the paths that may be deleted.
 *
 * <p>Sweeps and makers never overlap. Whoever makes or reuses an artifact first says so (with a
 * {@link Claim}, a lease, or the request of its run) and then waits for a sweep that names the
 * artifact. A sweep is first announced and then looks for claims, leases and running runs. Thus at
 * least one of the two sees the other. A sweep whose process has died ends for the others when they
 * have seen no new beat for a minute by their own clocks.
 */
final class Sweeps {
  private static final String ROOT = "garbage/sweeps/";
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final Duration DEAD = Duration.ofMinutes(1);
  private static final Duration LATE = DEAD.dividedBy(3);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ObjectStore objects;
  private final Time time;

  Sweeps(ObjectStore objects, Time time) {
    this.objects = objects;
    this.time = time;
  }

  /** The content of an announcement. */
  private record Announcement(long beats, List<String> paths) {
    boolean names(String path) {
      return paths.stream().anyMatch((path + "/")::startsWith);
    }
  }

  private record Sighting(String key, Announcement announcement) {}

  /** A sweep by this process. Not thread-safe. */
  final class Sweep implements AutoCloseable {
    private final List<String> paths;
    private final String key;
    private final Time.Repetition renewal;
    private long beats;
    private volatile long beatAt;

    private Sweep(String key, List<String> paths) {
      this.key = key;
      this.paths = paths;
      this.beatAt = time.nanos();
      this.renewal = time.every(BEAT, "winnow-sweep", this::beat);
    }

    private void beat() {
      try {
        long now = time.nanos();
        objects.put(key, Json.bytes(new Announcement(++beats, paths)));
        beatAt = now;
      } catch (RuntimeException e) {
        // the next beat tries again; delete notices if it comes too late
      }
    }

    /** The time by the store's clock when this sweep was announced, or had its last beat. */
    Instant now() {
      return Optional.ofNullable(objects.modified(key).get(key))
          .orElseThrow(() -> new StoreUnavailableException(key + " has vanished", null));
    }

    /**
     * Deletes an object.
     *
     * @throws StoreUnavailableException others may take this sweep for dead, because it was stopped
     *     or could not reach the store for long
     */
    void delete(String object) {
      if (time.nanos() - beatAt > LATE.toNanos()) {
        throw new StoreUnavailableException(
            "the deletion of objects was interrupted for too long; begin it again", null);
      }
      objects.delete(object);
    }

    @Override
    public void close() {
      renewal.close();
      // those of dead processes first: the last one stands for all
      for (ObjectRef one : objects.list(ROOT)) {
        if (one.key().compareTo(key) <= 0) {
          objects.delete(one.key());
        }
      }
    }
  }

  /**
   * Announces a sweep, after one that is under way.
   *
   * @param paths prefixes of keys, each with a slash at its end
   */
  Sweep begin(List<String> paths) {
    while (true) {
      Optional<Sighting> last = await(sweep -> true);
      long number = last.map(sighting -> number(sighting.key()) + 1).orElse(1L);
      String key = ROOT + String.format("%08d", number) + ".json";
      if (objects.create(key, Json.bytes(new Announcement(0, paths)))) {
        return new Sweep(key, paths);
      }
    }
  }

  /** Waits until no sweep is under way that may delete an artifact. */
  void await(String path) {
    await(sweep -> sweep.names(path));
  }

  /**
   * @return the last sweep, if its process has died
   */
  private Optional<Sighting> await(Predicate<Announcement> concerns) {
    Optional<Sighting> seen = Optional.empty();
    long seenAt = 0;
    while (true) {
      Optional<Sighting> last = last().filter(sighting -> concerns.test(sighting.announcement()));
      if (last.isEmpty()) {
        return last;
      }
      if (!last.equals(seen)) {
        seen = last;
        seenAt = time.nanos();
      } else if (time.nanos() - seenAt >= DEAD.toNanos()) {
        return last;
      }
      pause();
    }
  }

  private Optional<Sighting> last() {
    List<ObjectRef> all = objects.list(ROOT);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    String key = all.get(all.size() - 1).key();
    return objects
        .find(key)
        .map(bytes -> new Sighting(key, Json.read(bytes, Announcement.class, key)));
  }

  private void pause() {
    try {
      time.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted while objects are deleted", e);
    }
  }

  private static long number(String key) {
    return Long.parseLong(key.substring(ROOT.length(), key.length() - ".json".length()));
  }
}
