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
 * Keeps a second server off a data directory. Kafka's own lock comes too late in combined mode: the
 * metadata log is open by then; s3proxy has none, and its conditional put holds within one process.
 * The operating system drops the lock when the process dies.
 */
final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Creates the directory where it is missing, and locks it.
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
        // Held within this process. The channel stays open: POSIX would drop the holder's lock with
        // any descriptor of the file that is closed.
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
