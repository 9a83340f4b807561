package io.winnow.cli.common;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes. */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Creates the folder of the file.
   *
   * @return the file's absolute path
   * @throws InvalidInputException nothing can be written there
   */
  public static Path prepare(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    if (Files.isDirectory(absolute)) {
      throw new InvalidInputException(absolute + " is a folder", "name a file in it");
    }
    try {
      Files.createDirectories(absolute.getParent());
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot create the folder " + absolute.getParent() + ": " + Causes.of(e),
          "name another file",
          e);
    }
    return absolute;
  }
}
