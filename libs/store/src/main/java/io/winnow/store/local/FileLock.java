package io.winnow.store.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An exclusive lock on a file, between processes and within this one. The operating system releases
 * it when the process dies, so no stale lock is ever left.
 */
public final class FileLock implements AutoCloseable {
  // POSIX drops all locks of a process on a file as soon as it closes any descriptor of the file.
  // So this process must not even open a file that it has locked, whichever object holds the lock:
  // the set belongs to the process, as the locks do.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FileLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a file, which is created if it does not exist. Does not wait.
   *
   * @return empty if another process or another object of this process holds the lock
   * @throws IOException the file cannot be created or opened
   */
  public static Optional<FileLock> tryAcquire(Path file) throws IOException {
    Path key = file.toAbsolutePath().normalize();
    if (!HELD.add(key)) {
      return Optional.empty();
    }
    boolean locked = false;
    try {
      FileChannel channel =
          FileChannel.open(key, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        locked = channel.tryLock() != null;
      } finally {
        if (!locked) {
          channel.close();
        }
      }
      return locked ? Optional.of(new FileLock(key, channel)) : Optional.empty();
    } finally {
      if (!locked) {
        HELD.remove(key);
      }
    }
  }

  /** Releases the lock. */
  @Override
  public void close() {
    try {
      // closing the channel releases the lock
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      HELD.remove(file);
    }
  }
}
