package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.SourcePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The folders below which a source may lie. Whoever sends a run's spec need not be allowed to read
 * every file that the importing process can, so a service reads only below its roots. Paths are
 * compared without symbolic links and {@code ..}. Immutable.
 */
public final class SourceRoots {
  private final Optional<List<Path>> folders;

  private SourceRoots(Optional<List<Path>> folders) {
    this.folders = folders;
  }

  /** Every path: for a source that the user of this process names. */
  public static SourceRoots any() {
    return new SourceRoots(Optional.empty());
  }

  /**
   * Only paths in or below these folders.
   *
   * @param folders absolute or relative to the working folder; those that do not exist count for
   *     nothing. If there are none, only {@code store:} sources are read
   */
  public static SourceRoots of(List<String> folders) {
    return new SourceRoots(
        Optional.of(
            folders.stream().map(String::strip).filter(f -> !f.isEmpty()).map(Path::of).toList()));
  }

  /**
   * Finds a source.
   *
   * @throws InvalidInputException it is not below a root, does not exist, or is neither a regular
   *     file nor a folder; outside the roots the message does not depend on what exists
   */
  SourcePlace require(String source) {
    Path path = path(source);
    Optional<Path> real = real(path);
    if (real.isEmpty()) {
      around(ancestor(path), source);
      throw new InvalidInputException(
          "dataset.source \"" + source + "\" does not exist on the machine that imports it",
          "provide an existing path, or upload the data set and use store:<key prefix>");
    }
    boolean folder = Files.isDirectory(real.get());
    Path trusted = around(real.get(), source);
    if (!folder) {
      // files beside it, such as class lists, are read as well
      around(real(path.getParent()).orElse(path.getRoot()), source);
    }
    if (!folder && !Files.isRegularFile(real.get())) {
      throw new InvalidInputException(
          "dataset.source \"" + source + "\" is neither a regular file nor a folder",
          SourceFormats.remedy());
    }
    return new SourcePlace(path, real.get(), trusted);
  }

  private static Path path(String source) {
    try {
      return Path.of(source).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new InvalidInputException(
          "dataset.source \"" + source + "\" is not a path",
          "provide an existing path, or upload the data set and use store:<key prefix>",
          e);
    }
  }

  /** The root in or below which a path without links is. */
  private Path around(Path real, String source) {
    if (folders.isEmpty()) {
      return Files.isDirectory(real) || real.getParent() == null ? real : real.getParent();
    }
    return folders.get().stream()
        .flatMap(root -> real(root).stream())
        .filter(real::startsWith)
        .findFirst()
        .orElseThrow(() -> notAllowed(source));
  }

  private InvalidInputException notAllowed(String source) {
    return new InvalidInputException(
        "dataset.source \"" + source + "\" is not in a folder that the encoder may read",
        folders.map(List::isEmpty).orElse(true)
            ? "upload the data set and use store:<key prefix>, or set winnow.sources.roots of the"
                + " encoder"
            : "add its folder to winnow.sources.roots (WINNOW_SOURCES_ROOTS) of the encoder, or"
                + " upload the data set and use store:<key prefix>");
  }

  private static Optional<Path> real(Path path) {
    try {
      return Optional.of(path.toRealPath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The deepest folder on the way to a path that does not exist, as far as no link is in it. */
  private static Path ancestor(Path path) {
    Path at = path.normalize();
    while (at.getParent() != null) {
      if (Files.isSymbolicLink(at)) {
        // leads nowhere: whether what it names exists is nobody's business
        return at.getRoot();
      }
      if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        return real(at).orElse(at.getRoot());
      }
      at = at.getParent();
    }
    return at;
  }
}
