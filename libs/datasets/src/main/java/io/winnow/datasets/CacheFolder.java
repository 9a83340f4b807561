package io.winnow.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory of {@link ShardCache}, used by one thread of the machine at a time. */
class CacheFolder {
  // ObjectStore.download leaves such a file if its process is killed
  private static final String LEFTOVER = ".part";

  private final Path directory;

  /** A file and the time when it was last opened. */
  record Kept(Path path, long size, FileTime opened) {}

  CacheFolder(Path directory) {
    this.directory = directory;
  }

  /** Creates the directory, accessible only to this user if the file system supports that. */
  void make() throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(directory);
    }
  }

  /** Free bytes on the disk. */
  long free() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /** The files with a suffix, the least recently opened first. */
  List<Kept> files(String suffix) throws IOException {
    List<Kept> files = new ArrayList<>();
    for (Path path : paths(suffix)) {
      try {
        BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class);
        files.add(new Kept(path, a.size(), a.lastModifiedTime()));
      } catch (NoSuchFileException e) {
        // deleted in the meantime
      }
    }
    files.sort(Comparator.comparing(Kept::opened).thenComparing(Kept::path));
    return files;
  }

  /**
   * Deletes a file.
   *
   * @return false if the system does not delete a file that is mapped
   */
  boolean remove(Path path) {
    try {
      Files.deleteIfExists(path);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Deletes incomplete downloads; called while nobody writes. */
  void removeLeftovers() throws IOException {
    for (Path path : paths(LEFTOVER)) {
      Files.deleteIfExists(path);
    }
  }

  private List<Path> paths(String suffix) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(path -> path.getFileName().toString().endsWith(suffix)).toList();
    }
  }
}
