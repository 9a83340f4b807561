package io.winnow.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Prevents a second server from using a data directory. Kafka's own lock comes too late in combined
 * mode, when the metadata log is open already; s3proxy has none, and its conditional put is atomic
 * only within one process. The operating system releases the lock when the process dies. (The file
 * lock of {@code libs/store} is not used here: this module depends on no other one.)
 */
final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a directory, which is created if it does not exist.
   *
   * @throws IllegalStateException if another server, of this process or another one, holds it
   */
  static DirectoryLock acquire(Path directory) {
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return new DirectoryLock(channel);
        }
        channel.close();
      } catch (OverlappingFileLockException e) {
        // held within this process. The channel stays open: POSIX drops the lock of a process as
        // soon
        // as it closes any descriptor of the file
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use the data directory " + directory, e);
    }
    throw new IllegalStateException(
        "The data directory "
            + directory
            + " is in use by another server: stop that one, or give another directory");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
