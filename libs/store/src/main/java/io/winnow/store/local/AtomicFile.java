package io.winnow.store.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.UUID;

/** Files that are replaced completely or not at all, whatever happens while they are written. */
public final class AtomicFile {
  /** How the name of a file ends that is still being written. */
  public static final String PART = ".part";

  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param part an empty file in the same directory; may be written or replaced
     */
    void writeTo(Path part) throws IOException;
  }

  /**
   * Writes a file beside the target, then renames it over the target. If the content cannot be
   * written, the target stays as it was and nothing is left beside it. A new file gets the mode
   * that the umask gives; a file that is replaced keeps its mode. A link is replaced, not followed.
   */
  public static void write(Path target, Content content) throws IOException {
    Path whole = target.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + "." + UUID.randomUUID() + PART);
    // unlike createTempFile, whose files only their owner can read
    Files.createFile(part);
    try {
      boolean posix = Files.getFileStore(part).supportsFileAttributeView("posix");
      Set<PosixFilePermission> mode =
          posix ? Files.getPosixFilePermissions(Files.isRegularFile(whole) ? whole : part) : null;
      content.writeTo(part);
      if (posix) {
        // last: the content may have replaced the part, and the mode may forbid writing
        Files.setPosixFilePermissions(part, mode);
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
