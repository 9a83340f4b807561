package io.winnow.local.client;

import io.winnow.contracts.Json;
import io.winnow.contracts.ObjectRef;
import io.winnow.contracts.run.RunReport;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.artifact.Committed;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A coreset of the store, its manifest read once: its card and its pictures. */
public final class StoredCoreset {
  private final ObjectStore store;
  private final Committed artifact;

  private StoredCoreset(ObjectStore store, Committed artifact) {
    this.store = store;
    this.artifact = artifact;
  }

  /** Empty where there is none. */
  public static Optional<StoredCoreset> at(ObjectStore store, String address) {
    return new ArtifactStore(store).find(address).map(found -> new StoredCoreset(store, found));
  }

  /** A run's; empty where the run has none, or it is gone. */
  public static Optional<StoredCoreset> of(ObjectStore store, RunReport report) {
    return Optional.ofNullable(report.lineage().coreset())
        .flatMap(coreset -> at(store, coreset.address()));
  }

  public String address() {
    return artifact.ref().address();
  }

  /** Empty for a coreset made before there were cards. */
  public Optional<CoresetCard> card() {
    return entry("card.json").map(ref -> Json.parse(store.get(ref), CoresetCard.class, ref.key()));
  }

  /** An object of that name, if it has one. */
  Optional<ObjectRef> entry(String name) {
    return artifact.find(name);
  }

  /**
   * Its pictures as files.
   *
   * @param folder made where it is missing
   * @return what each file shows, and its absolute path
   */
  public Map<String, String> savePictures(Path folder) throws IOException {
    return Pictures.ofCoreset(store, this, folder);
  }
}
