package io.winnow.store.artifact;

import io.winnow.contracts.ArtifactRef;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.StageRecord;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import java.util.Optional;

/** Artifacts in an object store: found by address, opened by reference, made through a draft. */
public final class ArtifactStore {
  static final String MANIFEST = "manifest.json";
  static final String COST = "cost.json";

  private final ObjectStore objects;

  public ArtifactStore(ObjectStore objects) {
    this.objects = objects;
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
    Manifest manifest = Json.read(bytes, Manifest.class, "manifest " + manifestRef.key());
    StageRecord.Cost cost =
        objects
            .find(path + "/" + COST)
            .map(b -> Json.read(b, StageRecord.Cost.class, path + "/" + COST))
            .orElse(new StageRecord.Cost(0, 0));
    return new Artifact(new ArtifactRef(path, manifest.digest(), manifestRef), manifest, cost);
  }
}
