package io.winnow.local.client;

import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import java.nio.file.Path;

/** Puts local files where services find them. */
public final class Upload {
  /** The folder of autoencoders. */
  public static final String AUTOENCODERS = "autoencoders";

  private Upload() {}

  /**
   * A TorchScript file as an object, which is written unless it is there; equal files of one name
   * have equal keys.
   *
   * @param folder first part of the key
   */
  public static ObjectRef script(ObjectStore store, String folder, Path file) {
    String key = folder + "/" + Digests.sha256(file) + "/" + file.getFileName();
    return store.stat(key).orElseGet(() -> store.put(key, file));
  }
}
