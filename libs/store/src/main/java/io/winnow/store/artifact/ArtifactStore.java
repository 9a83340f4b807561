package io.winnow.store.artifact;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.local.Time;
import io.winnow.store.object.DamagedObject;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import java.util.List;
import java.util.Optional;

/**
 * Artifacts in an object store: found by address, opened by reference, made through a draft.
 *
 * <p>Whoever makes an artifact calls {@link #reuse} first, and until its result is referred to by a
 * run or no longer needed, works for a run that is running, holds the lease of a service, or holds
 * a {@link Claim}. Otherwise {@link GarbageCollector} may delete it at the same time.
 */
public final class ArtifactStore {
  static final String MANIFEST = "manifest.json";
  static final String COST = "cost.json";

  private final ObjectStore objects;
  private final Claims claims;
  private final Sweeps sweeps;
  private final Parts parts;

  public ArtifactStore(ObjectStore objects) {
    this(objects, Time.system());
  }

  /** With a time that a test controls. */
  public ArtifactStore(ObjectStore objects, Time time) {
    this.objects = objects;
    this.claims = new Claims(objects, time);
    this.sweeps = new Sweeps(objects, time);
    this.parts = new Parts(objects);
  }

  public ObjectStore objects() {
    return objects;
  }

  /** The artifact at an address; empty if none was committed there. */
  public Optional<Artifact> find(String path) {
    String key = path + "/" + MANIFEST;
    return objects
        .find(key)
        .map(
            bytes ->
                committed(
                    path, new ObjectRef(key, Digests.sha256(bytes), bytes.length, null), bytes));
  }

  /**
   * Keeps an artifact, which need not exist yet, from being deleted as garbage. Waits for a
   * deletion that is under way.
   *
   * @return to be closed once the artifact may be deleted again
   */
  public Claim claim(Address address) {
    return claim(address.path(), address.digest());
  }

  /** Keeps an artifact from being deleted as garbage. */
  public Claim claim(ArtifactRef ref) {
    return claim(ref.address(), ref.digest());
  }

  private Claim claim(String path, String digest) {
    Claim claim = claims.take(path, digest);
    sweeps.await(path);
    return claim;
  }

  /**
   * Keeps an object that is not an artifact's, such as an uploaded script, from being deleted as
   * garbage within the next ten minutes, in which a run may come to refer to it. Waits for a
   * deletion that is under way.
   *
   * @param folder {@code <kind>/<digest>}
   */
  public void claimBriefly(String folder) {
    claims.leave(folder);
    sweeps.await(folder);
  }

  /**
   * The artifact at an address, for use in place of making it: waits for a deletion that is under
   * way, and checks that every object is there with its size. An artifact that lacks one is
   * withdrawn, so that it can be made anew.
   *
   * @return empty if it is to be made
   */
  public Optional<Artifact> reuse(String path) {
    sweeps.await(path);
    Optional<Artifact> there = find(path);
    if (there.isEmpty() || parts.isWhole(path, there.get().manifest())) {
      return there;
    }
    try (Sweeps.Sweep sweep = sweeps.begin(List.of(path + "/"))) {
      // another process may have withdrawn it meanwhile, and made it anew
      Optional<Artifact> again = find(path);
      List<Parts.Problem> problems =
          again.map(a -> parts.problems(path, a.manifest(), false)).orElse(List.of());
      if (problems.isEmpty()) {
        return again;
      }
      withdraw(sweep, path, problems);
      return Optional.empty();
    }
  }

  /** Deletes what is wrong below an artifact's address, and its manifest. */
  static void withdraw(Sweeps.Sweep sweep, String path, List<Parts.Problem> problems) {
    // in this order: otherwise an attempt that follows a crash could find a wrong object
    problems.stream()
        .map(Parts.Problem::key)
        .filter(key -> key.startsWith(path + "/") && !key.equals(path + "/" + MANIFEST))
        .forEach(sweep::delete);
    sweep.delete(path + "/" + MANIFEST);
  }

  /**
   * Opens an artifact.
   *
   * @throws InvalidInputException it does not exist, or its manifest differs from the reference
   */
  public Artifact open(ArtifactRef ref) {
    Artifact found = committed(ref.address(), ref.manifest(), objects.get(ref.manifest()));
    if (!found.manifest().digest().equals(ref.digest())) {
      throw new InvalidInputException(
          "artifact "
              + ref.address()
              + " has the digest "
              + found.manifest().digest()
              + ", not "
              + ref.digest(),
          "take the reference from the event or step record that named it");
    }
    return found;
  }

  /** Starts an artifact, which becomes visible with {@link ArtifactDraft#commit}. */
  public ArtifactDraft draft(Address address) {
    return new ArtifactDraft(this, address);
  }

  private Artifact committed(String path, ObjectRef manifestRef, byte[] bytes) {
    String costKey = path + "/" + COST;
    Manifest manifest =
        read(bytes, Manifest.class, "manifest " + manifestRef.key(), manifestRef.key());
    StageRecord.Cost cost =
        objects
            .find(costKey)
            .map(b -> read(b, StageRecord.Cost.class, costKey, costKey))
            .orElse(new StageRecord.Cost(0, 0));
    return new Artifact(new ArtifactRef(path, manifest.digest(), manifestRef), manifest, cost);
  }

  private static <T> T read(byte[] bytes, Class<T> type, String what, String key) {
    try {
      return Json.read(bytes, type, what);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(e.problem(), DamagedObject.remedy(key), e);
    }
  }
}
