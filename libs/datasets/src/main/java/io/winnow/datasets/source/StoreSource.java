package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.local.FileTree;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A source downloaded from the object store: one object, or all objects below a key prefix. Closing
 * removes the downloaded files.
 */
final class StoreSource implements AutoCloseable {
  static final String SCHEME = "store:";

  private final Path folder;
  private final String prefix;

  private StoreSource(Path folder, String prefix) {
    this.folder = folder;
    this.prefix = prefix;
  }

  /**
   * Downloads a source into a new folder.
   *
   * @param source {@code store:<key>} or {@code store:<key prefix>}
   * @param scratch the folder in which the new folder is created
   * @throws InvalidInputException there is no such object, or a key points outside the prefix
   */
  static StoreSource download(String source, Path scratch, ObjectStore store) {
    String prefix = source.substring(SCHEME.length()).replaceAll("^/+|/+$", "");
    List<ObjectRef> objects =
        store.list(prefix).stream()
            .filter(o -> o.key().equals(prefix) || o.key().startsWith(prefix + "/"))
            .filter(o -> !o.key().endsWith("/"))
            .toList();
    if (objects.isEmpty()) {
      throw new InvalidInputException(
          "dataset.source \"" + source + "\": the store has no object there",
          "upload the data set below " + prefix + "/, or use a path that the encoder can read");
    }
    StoreSource downloaded = new StoreSource(folder(scratch), prefix);
    try {
      for (ObjectRef object : objects) {
        downloaded.add(object, store);
      }
      return downloaded;
    } catch (RuntimeException e) {
      downloaded.close();
      throw e;
    }
  }

  private static Path folder(Path scratch) {
    try {
      return Files.createTempDirectory(scratch, "source-").toAbsolutePath().normalize();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a folder for the data set in " + scratch, e);
    }
  }

  private void add(ObjectRef object, ObjectStore store) {
    String name =
        object.key().equals(prefix) ? lastPart() : object.key().substring(prefix.length() + 1);
    Path target = folder.resolve(name).normalize();
    if (!target.startsWith(folder) || target.equals(folder)) {
      throw new InvalidInputException(
          "key \"" + object.key() + "\" points outside its prefix", "rename the object");
    }
    try {
      Files.createDirectories(target.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot create a folder for " + object.key() + " in " + folder, e);
    }
    store.download(store.stat(object.key()).orElse(object), target);
  }

  private String lastPart() {
    return prefix.substring(prefix.lastIndexOf('/') + 1);
  }

  /** The file if the source is the key of one object, otherwise the folder. */
  Path place() {
    Path file = folder.resolve(lastPart());
    return Files.isRegularFile(file) ? file : folder;
  }

  @Override
  public void close() {
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
