package io.winnow.store.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.store.artifact.GarbageCollector.Item;
import io.winnow.store.artifact.GarbageCollector.Kind;
import io.winnow.store.object.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * When garbage was first seen as such, stored as {@code garbage/sightings.json}. Garbage may be
 * deleted once it has been garbage in two searches with the grace between them, and is older than
 * the grace: imports, uploads and runs write objects that nothing refers to yet.
 */
public final class Sightings {
  private static final String KEY = "garbage/sightings.json";

  private final ObjectStore objects;

  public Sightings(ObjectStore objects) {
    this.objects = objects;
  }

  /** The content of the object: times of the first sightings by path. */
  private record Seen(Map<String, Instant> first) {}

  /**
   * Garbage, divided.
   *
   * @param due may be deleted
   * @param waiting must stay for now: it is new, or was not seen a grace ago
   */
  public record Divided(List<Item> due, List<Item> waiting) {
    public Divided {
      due = List.copyOf(due);
      waiting = List.copyOf(waiting);
    }
  }

  /**
   * Records what a search has found, and forgets what it no longer finds. What only forgotten runs
   * refer to needs no earlier sighting, and the folders of these runs no age.
   *
   * @param items all that was found
   * @param now the time of the search
   * @param grace zero: everything is due
   */
  public Divided record(Collection<Item> items, Instant now, Duration grace) {
    Map<String, Instant> before = read();
    NavigableMap<String, Instant> modified = new TreeMap<>(objects.modified(""));
    Instant limit = now.minus(grace);
    Map<String, Instant> seen = new TreeMap<>();
    List<Item> due = new ArrayList<>();
    List<Item> waiting = new ArrayList<>();
    for (Item item : items) {
      Instant written = newest(item.path(), modified);
      Instant first = before.getOrDefault(item.path(), now);
      if (first.isAfter(now) || written.isAfter(first)) {
        // it was made anew since, or the clock was set back
        first = now;
      }
      if (!item.forgotten()) {
        seen.put(item.path(), first);
      }
      boolean old = !written.isAfter(limit) || grace.isZero();
      boolean ready = item.forgotten() ? old : old && !first.isAfter(limit);
      (item.kind() == Kind.RUN || ready ? due : waiting).add(item);
    }
    if (!seen.equals(before)) {
      objects.put(KEY, Json.bytes(new Seen(seen)));
    }
    return new Divided(due, waiting);
  }

  private Map<String, Instant> read() {
    try {
      return objects
          .find(KEY)
          .map(bytes -> Json.read(bytes, Seen.class, KEY).first())
          .orElse(Map.of());
    } catch (InvalidInputException e) {
      // everything counts as seen for the first time, which deletes nothing
      return Map.of();
    }
  }

  private static Instant newest(String path, NavigableMap<String, Instant> modified) {
    return modified.tailMap(path).entrySet().stream()
        .takeWhile(object -> object.getKey().startsWith(path))
        .map(Map.Entry::getValue)
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }
}
