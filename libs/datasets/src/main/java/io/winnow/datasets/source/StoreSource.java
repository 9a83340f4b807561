package io.winnow.datasets.source;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.datasets.ReadListener;
import io.winnow.store.local.FileTree;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final String prefix;
  private final ReadListener reading;

  private StoreSource(Path folder, String prefix, ReadListener reading) {
    this.folder = folder;
    this.prefix = prefix;
    this.reading = reading;
  }

  /**
   * Downloads a source into a new folder.
   *
   * @param source {@code store:<key>} or {@code store:<key prefix>}
   * @param scratch the folder in which the new folder is created
   * @param reading hears of every piece that is downloaded
   * @throws InvalidInputException there is no such object, or a key points outside the prefix
   */
  static StoreSource download(
      String source, Path scratch, ObjectStore store, ReadListener reading) {
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
    StoreSource downloaded = new StoreSource(folder(scratch), prefix, reading);
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
    copy(store, store.stat(object.key()).orElse(object), target);
  }

  // not ObjectStore.download, which says nothing until the whole object is there
  private void copy(ObjectStore store, ObjectRef object, Path target) {
    try (InputStream in = store.open(object);
        OutputStream out = Files.newOutputStream(target)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        reading.read(n);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target + ": " + Causes.of(e), e);
    }
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
