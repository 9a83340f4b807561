package io.winnow.datasets.source.folder;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.source.format.PartFolders;
import io.winnow.datasets.source.format.SourceFiles;
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
 * A zip that is read in place. Nothing is unpacked to disk, so no entry can be written outside a
 * folder; memory holds one uncompressed entry.
 */
final class ZipArchive implements AutoCloseable {
  /** PNG and JPEG compress little: a zip that unpacks to more is a decompression bomb. */
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
   * @throws InvalidInputException not a zip, an entry that points outside, or a decompression bomb
   */
  static ZipArchive open(Path zip) {
    FileSystem files;
    try {
      files = FileSystems.newFileSystem(zip);
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException(
          SourceFiles.name(zip) + " is not a usable zip: " + Causes.of(e),
          "recreate the zip with relative names and without \"..\"",
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
              if (SourceFiles.name(file).contains("\\")) {
                throw new InvalidInputException(
                    "%s: the name of entry %s has backslashes".formatted(zip, file),
                    "recreate the zip with '/' between folders and files");
              }
              total += attributes.size();
              if (total > limit || ++entries > MAX_ENTRIES) {
                throw new InvalidInputException(
                    "%s unpacks to more than %d bytes or %d files"
                        .formatted(SourceFiles.name(zip), limit, MAX_ENTRIES),
                    "unpack the zip and provide the folder if its size is correct");
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw SourceFiles.unreadable(SourceFiles.name(zip), e);
    }
  }

  // most zips contain a single folder with all data, perhaps beside a text
  private static Path dataRoot(Path root) {
    Path at = root;
    while (true) {
      List<Path> folders = SourceFiles.children(at).stream().filter(Files::isDirectory).toList();
      if (folders.size() != 1
          || !PartFolders.top(at).equals(at)
          || SourceFiles.children(at).stream().anyMatch(ZipArchive::data)) {
        return at;
      }
      Path only = folders.get(0);
      if (SourceFiles.children(only).stream().noneMatch(Files::isDirectory)) {
        return at;
      }
      at = only;
    }
  }

  private static boolean data(Path file) {
    return Files.isRegularFile(file) && SourceFiles.isImage(file);
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
