package io.winnow.cli;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a command writes a file. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Makes the folder it goes to.
   *
   * @return its absolute path
   * @throws InvalidInputException nothing can be written there
   */
  static Path prepare(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    if (Files.isDirectory(absolute)) {
      throw new InvalidInputException(absolute + " is a folder", "name a file in it");
    }
    try {
      Files.createDirectories(absolute.getParent());
    } catch (IOException e) {
      throw new InvalidInputException(
          "the folder " + absolute.getParent() + " cannot be made: " + e, "name another file", e);
    }
    return absolute;
  }
}
