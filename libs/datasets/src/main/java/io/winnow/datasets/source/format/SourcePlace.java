package io.winnow.datasets.source.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a source is.
 *
 * @param path absolute, as it was named
 * @param real the existing folder or regular file, without symbolic links
 * @param trusted a folder, in or below which {@code real} is, in whose place nobody can put a link
 */
public record SourcePlace(Path path, Path real, Path trusted) {

  /**
   * A source that the user of this process names, or that this process made.
   *
   * @throws IOException it does not exist
   */
  public static SourcePlace of(Path path) throws IOException {
    Path real = path.toRealPath();
    return new SourcePlace(
        path.toAbsolutePath(), real, Files.isDirectory(real) ? real : real.getParent());
  }
}
