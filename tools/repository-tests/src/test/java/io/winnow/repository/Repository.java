package io.winnow.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Locates the files of this repository. */
final class Repository {
  private Repository() {}

  /** The folder that holds docker-compose.yml, found upwards from the working directory. */
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

  /** The text of a file, given by its path from the root. */
  static String read(String path) throws IOException {
    return Files.readString(root().resolve(path));
  }

  /** All files under a folder, sorted; empty if there is no such folder. */
  static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
