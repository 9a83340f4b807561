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

/** What {@link ShardCache} asks of its directory. Used by one thread of the machine at a time. */
class CacheFolder {
  // what ObjectStore.download leaves behind when its process is killed
  private static final String LEFTOVER = ".part";

  private final Path directory;

  /** A file, and when it was last opened. */
  record Kept(Path path, long size, FileTime opened) {}

  CacheFolder(Path directory) {
    this.directory = directory;
  }

  /** Makes the directory, for this user alone where the file system can. */
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

  /** Bytes that may still be written to the disk. */
  long free() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /** The files of that suffix, the one opened longest ago first. */
  List<Kept> files(String suffix) throws IOException {
    List<Kept> files = new ArrayList<>();
    for (Path path : paths(suffix)) {
      try {
        BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class);
        files.add(new Kept(path, a.size(), a.lastModifiedTime()));
      } catch (NoSuchFileException e) {
        // removed by hand, just now
      }
    }
    files.sort(Comparator.comparing(Kept::opened).thenComparing(Kept::path));
    return files;
  }

  /**
   * @return false where the system does not let go of a file that is mapped
   */
  boolean remove(Path path) {
    try {
      Files.deleteIfExists(path);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Nobody writes now, so what is half written will never be whole. */
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
