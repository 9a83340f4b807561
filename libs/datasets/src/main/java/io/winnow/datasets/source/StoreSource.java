package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.ObjectRef;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A source fetched from the store: one object, or all objects below a key prefix. Closing removes
 * what was fetched.
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
   * @param source {@code store:<key>} or {@code store:<key prefix>}
   * @param scratch a folder to make a folder in
   * @throws InvalidInputException nothing lies there, or a key that names a place outside
   */
  static StoreSource fetch(String source, Path scratch, ObjectStore store) {
    String prefix = source.substring(SCHEME.length()).replaceAll("^/+|/+$", "");
    List<ObjectRef> objects =
        store.list(prefix).stream()
            .filter(o -> o.key().equals(prefix) || o.key().startsWith(prefix + "/"))
            .filter(o -> !o.key().endsWith("/"))
            .toList();
    if (objects.isEmpty()) {
      throw new InvalidInputException(
          "dataset.source \"" + source + "\": the store has no object there",
          "upload the data set below " + prefix + "/, or give a path the encoder can read");
    }
    StoreSource fetched = new StoreSource(folder(scratch), prefix);
    try {
      for (ObjectRef object : objects) {
        fetched.download(object, store);
      }
      return fetched;
    } catch (RuntimeException e) {
      fetched.close();
      throw e;
    }
  }

  private static Path folder(Path scratch) {
    try {
      return Files.createTempDirectory(scratch, "source-").toAbsolutePath().normalize();
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for the data set in " + scratch, e);
    }
  }

  private void download(ObjectRef object, ObjectStore store) {
    String name =
        object.key().equals(prefix) ? lastPart() : object.key().substring(prefix.length() + 1);
    Path target = folder.resolve(name).normalize();
    if (!target.startsWith(folder) || target.equals(folder)) {
      throw new InvalidInputException(
          "key \"" + object.key() + "\" names a place outside its prefix", "rename the object");
    }
    try {
      Files.createDirectories(target.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for " + object.key() + " in " + folder, e);
    }
    store.download(store.stat(object.key()).orElse(object), target);
  }

  private String lastPart() {
    return prefix.substring(prefix.lastIndexOf('/') + 1);
  }

  /** The file, when one object was fetched by its whole key; else the folder. */
  Path place() {
    Path file = folder.resolve(lastPart());
    return Files.isRegularFile(file) ? file : folder;
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
