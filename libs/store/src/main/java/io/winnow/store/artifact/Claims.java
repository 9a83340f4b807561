package io.winnow.store.artifact;

import io.winnow.contracts.Json;
import io.winnow.store.local.Time;
import io.winnow.store.object.ContentPath;
import io.winnow.store.object.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Claims of processes that make or reuse artifacts for no run, stored as {@code
 * claims/<digest>/<uuid>.json}. Several processes may claim one artifact. {@link GarbageCollector}
 * deletes nothing that is claimed, nor what a service's lease names. A claim lapses if its process
 * has not renewed it for ten minutes by the store's clock.
 */
final class Claims {
  static final String ROOT = "claims/";
  static final String LEASES = "leases/";
  private static final Duration RENEWAL = Duration.ofMinutes(1);
  private static final Duration LAPSE = Duration.ofMinutes(10);

  private final ObjectStore objects;
  private final Time time;

  Claims(ObjectStore objects, Time time) {
    this.objects = objects;
    this.time = time;
  }

  private record Content(long renewals) {}

  /**
   * Claims an artifact.
   *
   * @param path its address
   * @param digest its digest
   */
  Claim take(String path, String digest) {
    // garbage is collected by outermost artifacts
    String key = write(ContentPath.digest(path + "/").orElse(digest));
    long[] renewals = {0};
    Time.Repetition renewal =
        time.every(
            RENEWAL,
            "winnow-claim",
            () -> {
              try {
                objects.put(key, Json.bytes(new Content(++renewals[0])));
              } catch (RuntimeException e) {
                // the next renewal tries again; the claim outlives several that fail
              }
            });
    return () -> {
      renewal.close();
      objects.delete(key);
    };
  }

  /**
   * Writes a claim that lapses by itself.
   *
   * @param folder {@code <kind>/<digest>}
   */
  void leave(String folder) {
    ContentPath.digest(folder + "/").ifPresent(this::write);
  }

  private String write(String digest) {
    String key = ROOT + digest + "/" + UUID.randomUUID() + ".json";
    objects.put(key, Json.bytes(new Content(0)));
    return key;
  }

  /**
   * The digests that are claimed or leased by a living process.
   *
   * @param now by the store's clock
   */
  static Set<String> live(ObjectStore objects, Instant now) {
    Set<String> digests = new HashSet<>();
    for (String root : new String[] {ROOT, LEASES}) {
      for (Map.Entry<String, Instant> claim : objects.modified(root).entrySet()) {
        if (claim.getValue().isAfter(now.minus(LAPSE))) {
          ContentPath.digest(claim.getKey()).ifPresent(digests::add);
        }
      }
    }
    return digests;
  }
}
