package io.winnow.local.client;

import io.winnow.contracts.Json;
import io.winnow.contracts.LineageKey;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.RunReport;
import io.winnow.store.artifact.Artifact;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The card and the pictures of a stored coreset. */
public final class StoredCoreset {
  private final ObjectStore store;
  private final Artifact artifact;

  private StoredCoreset(ObjectStore store, Artifact artifact) {
    this.store = store;
    this.artifact = artifact;
  }

  /** Finds a coreset by its address. */
  public static Optional<StoredCoreset> at(ObjectStore store, String address) {
    return new ArtifactStore(store).find(address).map(found -> new StoredCoreset(store, found));
  }

  /** Finds the coreset of a run; empty if the run has none, or it has been deleted. */
  public static Optional<StoredCoreset> of(ObjectStore store, RunReport report) {
    return Optional.ofNullable(report.lineage().get(LineageKey.CORESET))
        .flatMap(coreset -> at(store, coreset.address()));
  }

  public String address() {
    return artifact.ref().address();
  }

  /** Empty if the coreset has no card. */
  public Optional<CoresetCard> card() {
    return entry("card.json").map(ref -> Json.read(store.get(ref), CoresetCard.class, ref.key()));
  }

  /** Finds one of its objects by name. */
  Optional<ObjectRef> entry(String name) {
    return artifact.find(name);
  }

  /**
   * Saves its pictures as files.
   *
   * @param folder created if it is missing
   * @return absolute path by title
   */
  public Map<String, String> savePictures(Path folder) throws IOException {
    return Pictures.ofCoreset(store, this, folder);
  }
}
