package io.winnow.repository;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this module's tests find the others' files. */
final class Repository {
  private Repository() {}

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docker-compose.yml"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException(
            "no docker-compose.yml above " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }
}
