package io.winnow.store.object;

import io.winnow.contracts.ObjectRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** An object as a file for as long as something is read from it. */
public final class TemporaryFile {
  private TemporaryFile() {}

  /**
   * @param use given the file, which has the name of the last part of the object's key; the file is
   *     gone when it returns
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
