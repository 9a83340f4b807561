package io.winnow.cli.common;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes. */
public final class OutputFile {
  private static final int MOST_LINKS = 40;

  private OutputFile() {}

  /**
   * Follows links and creates the folder of the file. Devices and pipes are refused: the file is
   * replaced when it is complete, and a device must not be.
   *
   * @return the absolute path of the file itself, never that of a link
   * @throws InvalidInputException nothing can be written there
   */
  public static Path prepare(Path file) {
    Path absolute = followed(file.toAbsolutePath());
    if (Files.isDirectory(absolute)) {
      throw new InvalidInputException(absolute + " is a folder", "name a file in it");
    }
    if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
      throw new InvalidInputException(
          absolute + " is a device or a pipe, not a file", "name a file");
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

  /** Also the target of a link that does not exist yet, which toRealPath cannot give. */
  private static Path followed(Path file) {
    Path path = file;
    for (int links = 0; Files.isSymbolicLink(path); links++) {
      if (links == MOST_LINKS) {
        throw new InvalidInputException(file + " is a link to itself", "name another file");
      }
      if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
        return path; // its target may be no path at all, such as that of /dev/stdout
      }
      try {
        path = path.resolveSibling(Files.readSymbolicLink(path));
      } catch (IOException e) {
        throw new InvalidInputException(
            "cannot follow the link " + path + ": " + Causes.of(e), "name another file", e);
      }
    }
    return path.normalize();
  }
}
