package io.winnow.store.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.RunStatus;
import io.winnow.store.object.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds and deletes objects that no run refers to. A run refers to every digest in its folder, and
 * to every digest in the manifest of something that it refers to; so do experiments. Objects whose
 * key has no digest are kept.
 */
public final class GarbageCollector {
  private static final String RUNS = "runs/";
  private static final String EXPERIMENTS = "experiments/";
  private static final String CHECKPOINTS = "checkpoints/";
  private static final String LEASES = "leases/";
  private static final Pattern DIGEST = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");
  private static final Pattern PATH = Pattern.compile("^(.*?/)?([0-9a-f]{64})/");

  private final ObjectStore objects;

  public GarbageCollector(ObjectStore objects) {
    this.objects = objects;
  }

  /** The kinds of garbage. */
  public enum Kind {
    /** A committed artifact. */
    ARTIFACT,
    /** The remains of an artifact that was never committed. */
    UNFINISHED,
    /** Checkpoints and leases of jobs that do not run. */
    CHECKPOINT,
    /** A TorchScript file that was uploaded for runs. */
    SCRIPT,
    /** The folder of a run that is to be deleted. */
    RUN
  }

  /**
   * Objects that are deleted together.
   *
   * @param path common prefix of the keys
   * @param keys of the objects; the manifest of an artifact is first
   */
  public record Item(String path, Kind kind, List<String> keys, long bytes) {}

  /**
   * Finds garbage among all objects of the bucket.
   *
   * @param forgotten ids of runs that are treated as garbage themselves
   * @param kept artifacts that are kept even if no run refers to them
   * @return sorted by path
   * @throws InvalidInputException runs are running, so what they will refer to is unknown; or a run
   *     to be deleted does not exist
   */
  public List<Item> find(Set<String> forgotten, Predicate<Manifest> kept) {
    requireQuiet(forgotten);
    Map<String, List<ObjectRef>> groups = new TreeMap<>();
    Deque<String> roots = new ArrayDeque<>();
    List<Item> items = new ArrayList<>();
    for (String run : forgotten.stream().sorted().toList()) {
      items.add(item(RUNS + run + "/", Kind.RUN, objects.list(RUNS + run + "/")));
    }
    for (ObjectRef object : objects.list("")) {
      String key = object.key();
      Matcher path = PATH.matcher(key);
      if (key.startsWith(RUNS) || key.startsWith(EXPERIMENTS)) {
        if (key.endsWith(".json") && !ofAny(forgotten, key)) {
          roots.add(key);
        }
      } else if (path.lookingAt()) {
        groups.computeIfAbsent(path.group(), p -> new ArrayList<>()).add(object);
      }
    }
    Set<String> referred = referred(groups, roots);
    groups.forEach(
        (path, group) -> {
          Kind kind = kind(path, group);
          boolean work = kind == Kind.CHECKPOINT || kind == Kind.UNFINISHED;
          if (work || !(referred.contains(digest(path)) || stays(path, kind, kept))) {
            items.add(item(path, kind, group));
          }
        });
    return items;
  }

  /**
   * Keeps what is new out of what was found: imports, uploads and runs that begin while garbage is
   * looked for write objects that nothing refers to yet.
   *
   * @param items from {@link #find}
   * @param before items with an object that was written at this time or later are left out
   */
  public List<Item> writtenBefore(List<Item> items, Instant before) {
    NavigableMap<String, Instant> written = new TreeMap<>(objects.modified(""));
    return items.stream()
        .filter(item -> item.kind() == Kind.RUN || older(item, written, before))
        .toList();
  }

  private static boolean older(Item item, NavigableMap<String, Instant> written, Instant before) {
    return written.tailMap(item.path()).entrySet().stream()
        .takeWhile(object -> object.getKey().startsWith(item.path()))
        .allMatch(object -> object.getValue().isBefore(before));
  }

  /**
   * Checks once more that nothing runs, which takes what was found for garbage.
   *
   * @param forgotten as for {@link #find}
   * @throws InvalidInputException runs are running
   */
  public void requireStillQuiet(Set<String> forgotten) {
    requireQuiet(forgotten);
  }

  /** Deletes objects; the manifest of an artifact first, so that no half artifact is ever found. */
  public void remove(Collection<Item> items) {
    items.forEach(item -> item.keys().forEach(objects::delete));
  }

  private void requireQuiet(Set<String> forgotten) {
    SortedMap<String, RunStatus> runs = RunFolder.statuses(objects);
    for (String run : forgotten) {
      if (!runs.containsKey(run)) {
        throw new InvalidInputException(
            "there is no run " + run + " to forget", "look at \"winnow status\"");
      }
    }
    List<String> goingOn =
        runs.keySet().stream().filter(run -> runs.get(run) == RunStatus.RUNNING).toList();
    if (!goingOn.isEmpty()) {
      throw new InvalidInputException(
          goingOn.size() + " runs are running, the first is " + goingOn.get(0),
          "wait until they end, or cancel them");
    }
  }

  private static boolean ofAny(Set<String> runs, String key) {
    return runs.stream().anyMatch(run -> key.startsWith(RUNS + run + "/"));
  }

  /** Digests that can be reached from the roots. */
  private Set<String> referred(Map<String, List<ObjectRef>> groups, Deque<String> roots) {
    Map<String, List<String>> manifests = new HashMap<>();
    groups.forEach(
        (path, group) -> {
          for (ObjectRef object : group) {
            if (object.key().endsWith("/" + ArtifactStore.MANIFEST)) {
              manifests.computeIfAbsent(digest(path), d -> new ArrayList<>()).add(object.key());
            }
          }
        });
    Set<String> seen = new HashSet<>();
    Deque<String> texts = roots;
    while (!texts.isEmpty()) {
      Optional<byte[]> text = objects.find(texts.remove());
      Matcher digest =
          DIGEST.matcher(text.map(t -> new String(t, StandardCharsets.UTF_8)).orElse(""));
      while (digest.find()) {
        if (seen.add(digest.group())) {
          texts.addAll(manifests.getOrDefault(digest.group(), List.of()));
        }
      }
    }
    return seen;
  }

  private static Kind kind(String path, List<ObjectRef> group) {
    if (path.startsWith(CHECKPOINTS) || path.startsWith(LEASES)) {
      return Kind.CHECKPOINT;
    }
    if (group.stream().anyMatch(object -> object.key().equals(path + ArtifactStore.MANIFEST))) {
      return Kind.ARTIFACT;
    }
    return group.stream().allMatch(object -> object.key().endsWith(".pt"))
        ? Kind.SCRIPT
        : Kind.UNFINISHED;
  }

  private boolean stays(String path, Kind kind, Predicate<Manifest> kept) {
    String key = path + ArtifactStore.MANIFEST;
    return kind == Kind.ARTIFACT
        && objects
            .find(key)
            .map(bytes -> Json.read(bytes, Manifest.class, "manifest " + key))
            .filter(kept)
            .isPresent();
  }

  private static Item item(String path, Kind kind, List<ObjectRef> group) {
    List<String> keys = new ArrayList<>();
    String manifest = path + ArtifactStore.MANIFEST;
    group.stream().map(ObjectRef::key).filter(manifest::equals).forEach(keys::add);
    group.stream().map(ObjectRef::key).filter(key -> !key.equals(manifest)).forEach(keys::add);
    return new Item(path, kind, keys, group.stream().mapToLong(ObjectRef::size).sum());
  }

  private static String digest(String path) {
    return path.substring(path.length() - 65, path.length() - 1);
  }
}
