package io.winnow.local.system;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The log of a replica: whatever its process prints, appended to a file. What was logged before the
 * start, or before the file became too large, is in {@code *.log.previous}.
 */
record ServiceLog(Path file) {
  /** A log is moved away when it is larger than this. */
  static final long MAX_BYTES = 10 << 20;

  /** Starts an empty log; keeps the one of the previous start. */
  void begin() throws IOException {
    if (Files.exists(file)) {
      Files.move(file, previous(), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Empties the log if it is larger than {@code maxBytes}, after copying it. The process that
   * writes it appends, so it goes on at the new end of the file; lines that it writes between the
   * copy and the truncation are lost.
   */
  void limit(long maxBytes) throws IOException {
    if (Files.exists(file) && Files.size(file) > maxBytes) {
      Files.copy(file, previous(), StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel log = FileChannel.open(file, StandardOpenOption.WRITE)) {
        log.truncate(0);
      }
    }
  }

  private Path previous() {
    return file.resolveSibling(file.getFileName() + ".previous");
  }

  /**
   * The last line that is not a stack frame, which is the most informative, and the file's path.
   */
  String lastLine() {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
          .reduce((earlier, later) -> later)
          .map(last -> "; " + file + " ends with: " + last)
          .orElse("; " + file + " is empty");
    } catch (IOException e) {
      return "; see " + file;
    }
  }
}
