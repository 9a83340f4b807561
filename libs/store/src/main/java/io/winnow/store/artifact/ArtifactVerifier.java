package io.winnow.store.artifact;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.local.Time;
import io.winnow.store.object.ContentPath;
import io.winnow.store.object.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Compares all committed artifacts with their manifests. Keeps keys in memory, and of objects a
 * buffer at a time.
 */
public final class ArtifactVerifier {
  private final ObjectStore objects;
  private final Parts parts;
  private final Sweeps sweeps;
  private final boolean contents;

  /**
   * @param contents whether to read every object, and to compare its sha-256; otherwise only
   *     existence and size are compared
   */
  public ArtifactVerifier(ObjectStore objects, boolean contents) {
    this.objects = objects;
    this.parts = new Parts(objects);
    this.sweeps = new Sweeps(objects, Time.system());
    this.contents = contents;
  }

  /**
   * An artifact that lacks something.
   *
   * @param artifact its address
   * @param problems each names an object and says what is wrong with it
   */
  public record Damaged(String artifact, List<String> problems) {
    public Damaged {
      problems = List.copyOf(problems);
    }
  }

  /** Is told of progress: {@code done} of {@code total} artifacts are compared. */
  public interface Progress {
    void compared(int done, int total);
  }

  /**
   * Addresses of the committed artifacts, in order; an artifact within another comes after it.
   *
   * @param chosen decides by the address
   */
  public List<String> artifacts(Predicate<String> chosen) {
    return objects.list("").stream()
        .map(ObjectRef::key)
        .filter(GarbageCollector::isArtifacts)
        .filter(key -> key.endsWith("/" + ArtifactStore.MANIFEST))
        .map(key -> key.substring(0, key.length() - ArtifactStore.MANIFEST.length() - 1))
        .filter(chosen)
        .sorted()
        .toList();
  }

  /** Compares artifacts, and returns those that are damaged. */
  public List<Damaged> verify(List<String> artifacts, Progress progress) {
    List<Damaged> damaged = new ArrayList<>();
    for (int i = 0; i < artifacts.size(); i++) {
      String path = artifacts.get(i);
      List<Parts.Problem> problems = problems(path);
      if (!problems.isEmpty()) {
        damaged.add(
            new Damaged(path, problems.stream().map(Parts.Problem::text).distinct().toList()));
      }
      progress.compared(i + 1, artifacts.size());
    }
    return damaged;
  }

  /**
   * Removes the manifests of damaged artifacts, and wrong objects, so that the next run that needs
   * them makes them anew. Each is compared again before. Leaves those that a process claims.
   *
   * @return addresses of those that were removed
   * @throws InvalidInputException runs are running
   */
  public List<String> repair(List<Damaged> damaged) {
    List<String> removed = new ArrayList<>();
    if (damaged.isEmpty()) {
      return removed;
    }
    List<String> folders = damaged.stream().map(one -> one.artifact() + "/").toList();
    try (Sweeps.Sweep sweep = sweeps.begin(folders)) {
      GarbageCollector.requireQuiet(objects, Set.of());
      Set<String> claimed = Claims.live(objects, sweep.now());
      for (Damaged one : damaged) {
        String path = one.artifact();
        boolean free = ContentPath.digest(path + "/").filter(claimed::contains).isEmpty();
        List<Parts.Problem> problems = free ? problems(path) : List.of();
        if (!problems.isEmpty()) {
          ArtifactStore.withdraw(sweep, path, problems);
          removed.add(path);
        }
      }
    }
    return removed;
  }

  private List<Parts.Problem> problems(String path) {
    String key = path + "/" + ArtifactStore.MANIFEST;
    Optional<Manifest> manifest;
    List<Parts.Problem> problems = new ArrayList<>();
    try {
      manifest =
          objects.find(key).map(bytes -> Json.read(bytes, Manifest.class, "manifest " + key));
    } catch (InvalidInputException e) {
      return List.of(new Parts.Problem(key, e.problem()));
    }
    if (manifest.isEmpty()) {
      return List.of();
    }
    cost(path).ifPresent(problems::add);
    problems.addAll(parts.problems(path, manifest.get(), contents));
    // a garbage collection deletes the manifest first
    return problems.isEmpty() || objects.stat(key).isPresent() ? problems : List.of();
  }

  private Optional<Parts.Problem> cost(String path) {
    String key = path + "/" + ArtifactStore.COST;
    try {
      objects.find(key).ifPresent(bytes -> Json.read(bytes, StageRecord.Cost.class, key));
      return Optional.empty();
    } catch (InvalidInputException e) {
      return Optional.of(new Parts.Problem(key, e.problem()));
    }
  }
}
