package io.winnow.datasets.source;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * A zip read in place: nothing is unpacked to disk, so no entry can land outside a folder, and at
 * most one entry at a time is held unpacked.
 */
final class ZipArchive implements AutoCloseable {
  /** A zip of PNG or JPEG files shrinks little; one that unpacks to more than this is a bomb. */
  private static final long MAX_GROWTH = 200;

  private static final long ALLOWANCE = 16L << 20;
  private static final int MAX_ENTRIES = 5_000_000;

  private final FileSystem files;
  private final Path root;

  private ZipArchive(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * @throws InvalidInputException not a zip, an entry that names a place outside, a bomb
   */
  static ZipArchive open(Path zip) {
    FileSystem files;
    try {
      files = FileSystems.newFileSystem(zip);
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException(
          zip + " is not a usable zip: " + e.getMessage(),
          "zip the folder again, with relative names and without \"..\"",
          e);
    }
    try {
      Path root = files.getRootDirectories().iterator().next();
      check(zip, root);
      return new ZipArchive(files, dataRoot(root));
    } catch (RuntimeException e) {
      close(files);
      throw e;
    }
  }

  /** The folder that holds the class folders (or {@code train/}). */
  Path root() {
    return root;
  }

  private static void check(Path zip, Path root) {
    try {
      long limit = Math.addExact(Math.multiplyExact(Files.size(zip), MAX_GROWTH), ALLOWANCE);
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            private long total;
            private int entries;

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              total += attributes.size();
              if (total > limit || ++entries > MAX_ENTRIES) {
                throw new InvalidInputException(
                    "%s unpacks to more than %d bytes or %d files"
                        .formatted(zip, limit, MAX_ENTRIES),
                    "give the unpacked folder if the zip is what it should be");
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw SourceFiles.unreadable(zip.toString(), e);
    }
  }

  // most zips hold one folder with everything in it
  private static Path dataRoot(Path root) {
    Path at = root;
    while (true) {
      List<Path> children = SourceFiles.children(at);
      if (children.size() != 1 || !Files.isDirectory(children.get(0))) {
        return at;
      }
      Path only = children.get(0);
      if (SourceFiles.children(only).stream().noneMatch(Files::isDirectory)) {
        return at;
      }
      at = only;
    }
  }

  @Override
  public void close() {
    close(files);
  }

  private static void close(FileSystem files) {
    try {
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
