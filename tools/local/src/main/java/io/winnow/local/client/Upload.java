package io.winnow.local.client;

import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import java.nio.file.Path;

/** Uploads local files to the store, where services can read them. */
public final class Upload {
  /** Key prefix of autoencoders. */
  public static final String AUTOENCODERS = "autoencoders";

  private Upload() {}

  /**
   * Uploads a TorchScript file unless it is already stored. Equal files of one name have equal
   * keys.
   *
   * @param folder first part of the key
   */
  public static ObjectRef script(ObjectStore store, String folder, Path file) {
    String content = folder + "/" + Digests.sha256(file);
    String key = content + "/" + file.getFileName();
    new ArtifactStore(store).claimBriefly(content);
    return store.stat(key).orElseGet(() -> store.put(key, file));
  }
}
