package io.winnow.store.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.RunStatus;
import io.winnow.store.local.Time;
import io.winnow.store.object.ContentPath;
import io.winnow.store.object.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds and deletes objects that no run refers to. A run refers to every digest in its folder, and
 * to every digest in the manifest of something that it refers to; so do experiments. Objects whose
 * key has no digest are kept.
 */
public final class GarbageCollector {
  private static final String RUNS = "runs/";
  private static final String EXPERIMENTS = "experiments/";
  private static final String CHECKPOINTS = "checkpoints/";
  private static final String GARBAGE = "garbage/";
  private static final Pattern DIGEST = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

  private final ObjectStore objects;
  private final Sweeps sweeps;

  public GarbageCollector(ObjectStore objects) {
    this(objects, Time.system());
  }

  /** With a time that a test controls. */
  public GarbageCollector(ObjectStore objects, Time time) {
    this.objects = objects;
    this.sweeps = new Sweeps(objects, time);
  }

  /** The kinds of garbage. */
  public enum Kind {
    /** A committed artifact. */
    ARTIFACT,
    /** The remains of an artifact that was never committed. */
    UNFINISHED,
    /** Checkpoints, leases and claims of jobs that do not run. */
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
   * @param keys of the objects; manifests are first, that of the outermost artifact before all
   * @param forgotten whether it is garbage only because runs are forgotten
   */
  public record Item(String path, Kind kind, List<String> keys, long bytes, boolean forgotten) {}

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
    requireQuiet(objects, forgotten);
    Map<String, List<ObjectRef>> groups = new TreeMap<>();
    Deque<String> roots = new ArrayDeque<>();
    List<Item> items = new ArrayList<>();
    for (String run : forgotten.stream().sorted().toList()) {
      items.add(item(RUNS + run + "/", Kind.RUN, objects.list(RUNS + run + "/"), true));
    }
    Deque<String> forgottenRoots = new ArrayDeque<>();
    for (ObjectRef object : objects.list("")) {
      String key = object.key();
      Optional<String> path = ContentPath.outermost(key);
      if (key.startsWith(RUNS) || key.startsWith(EXPERIMENTS)) {
        if (key.endsWith(".json")) {
          (ofAny(forgotten, key) ? forgottenRoots : roots).add(key);
        }
      } else if (path.isPresent() && !key.startsWith(GARBAGE)) {
        groups.computeIfAbsent(path.get() + "/", p -> new ArrayList<>()).add(object);
      }
    }
    Set<String> referred = referred(groups, roots);
    Set<String> ofForgotten = referred(groups, forgottenRoots);
    groups.forEach(
        (path, group) -> {
          Kind kind = kind(path, group);
          boolean work = kind == Kind.CHECKPOINT || kind == Kind.UNFINISHED;
          if (work || !(referred.contains(digest(path)) || stays(path, kind, kept))) {
            items.add(item(path, kind, group, ofForgotten.contains(digest(path))));
          }
        });
    return items;
  }

  /**
   * Deletes objects that are still garbage. While it does, nobody makes or reuses what is to be
   * deleted; what a process makes or reuses already is left.
   *
   * @param items from {@link #find}
   * @param forgotten as for {@link #find}
   * @param kept as for {@link #find}
   * @return what was deleted
   * @throws InvalidInputException runs are running, or a run to be deleted does not exist
   */
  public List<Item> delete(List<Item> items, Set<String> forgotten, Predicate<Manifest> kept) {
    if (items.isEmpty()) {
      return List.of();
    }
    List<Item> deleted = new ArrayList<>();
    try (Sweeps.Sweep sweep = sweeps.begin(items.stream().map(Item::path).toList())) {
      // claims first: what a process made or reused that gives up its claim now, is seen after it
      Set<String> claimed = Claims.live(objects, sweep.now());
      Set<Item> still = new HashSet<>(find(forgotten, kept));
      for (Item item : items) {
        if (still.contains(item)
            && ContentPath.digest(item.path()).filter(claimed::contains).isEmpty()) {
          item.keys().forEach(sweep::delete);
          deleted.add(item);
        }
      }
    }
    return deleted;
  }

  /**
   * Checks that no run is running, since a running run may refer to anything.
   *
   * @param forgotten ids of runs that must exist
   */
  static void requireQuiet(ObjectStore objects, Set<String> forgotten) {
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

  /** Whether a key can be that of an artifact's object. */
  static boolean isArtifacts(String key) {
    return ContentPath.outermost(key).isPresent()
        && Stream.of(RUNS, EXPERIMENTS, CHECKPOINTS, Claims.LEASES, Claims.ROOT, GARBAGE)
            .noneMatch(key::startsWith);
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
    if (Stream.of(CHECKPOINTS, Claims.LEASES, Claims.ROOT).anyMatch(path::startsWith)) {
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

  private static Item item(String path, Kind kind, List<ObjectRef> group, boolean forgotten) {
    // without its manifest no artifact is found, so that none is ever found half
    List<String> keys =
        group.stream()
            .map(ObjectRef::key)
            .sorted(
                Comparator.<String, Boolean>comparing(
                        key -> !key.endsWith("/" + ArtifactStore.MANIFEST))
                    .thenComparingInt(key -> key.split("/").length)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    long bytes = group.stream().mapToLong(ObjectRef::size).sum();
    return new Item(path, kind, keys, bytes, forgotten);
  }

  private static String digest(String path) {
    return path.substring(path.length() - 65, path.length() - 1);
  }
}
