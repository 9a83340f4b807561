package io.winnow.store.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

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
   * written, the target stays as it was and nothing is left beside it.
   */
  public static void write(Path target, Content content) throws IOException {
    Path whole = target.toAbsolutePath();
    Path part = Files.createTempFile(whole.getParent(), whole.getFileName() + ".", PART);
    try {
      content.writeTo(part);
      Files.move(
          part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
