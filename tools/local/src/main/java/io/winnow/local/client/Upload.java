package io.winnow.local.client;

import io.winnow.contracts.ObjectRef;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.local.FileTree;
import io.winnow.store.object.Digests;
import io.winnow.store.object.ObjectStore;
import io.winnow.store.tensor.WeightsFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Uploads local files to the store, where services can read them. */
public final class Upload {
  /** Key prefix of autoencoders. */
  public static final String AUTOENCODERS = "autoencoders";

  private Upload() {}

  /**
   * Uploads a file, such as TorchScript, unless it is already stored. Equal files of one name have
   * equal keys.
   *
   * @param folder first part of the key
   */
  public static ObjectRef script(ObjectStore store, String folder, Path file) {
    String content = folder + "/" + Digests.sha256(file);
    String key = content + "/" + file.getFileName();
    new ArtifactStore(store).claimBriefly(content);
    return store.stat(key).orElseGet(() -> store.put(key, file));
  }

  /**
   * Uploads weights with their configuration as one file, unless they are already stored.
   *
   * @param folder first part of the key
   * @param source see {@link WeightsFolder#pack}
   * @throws io.winnow.contracts.InvalidInputException a file is missing or damaged
   */
  public static ObjectRef weights(ObjectStore store, String folder, Path source) {
    try {
      Path temporary = Files.createTempDirectory("winnow-weights");
      try {
        return script(store, folder, WeightsFolder.pack(source, temporary));
      } finally {
        FileTree.delete(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary file for " + source, e);
    }
  }
}
