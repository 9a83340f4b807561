package io.winnow.store.object;

import io.winnow.contracts.ObjectRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** An object as a temporary file. */
public final class TemporaryFile {
  private TemporaryFile() {}

  /**
   * Downloads an object, passes the file to a function, and deletes the file.
   *
   * @param use receives the file, which is named after the last part of the object's key
   * @throws io.winnow.contracts.InvalidInputException the object is missing or altered
   */
  public static <T> T of(ObjectStore objects, ObjectRef object, Function<Path, T> use) {
    try {
      Path folder = Files.createTempDirectory("winnow-object");
      Path file = folder.resolve(object.key().substring(object.key().lastIndexOf('/') + 1));
      try {
        objects.download(object, file);
        return use.apply(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary file for object " + object.key(), e);
    }
  }
}
