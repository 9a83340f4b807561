package io.winnow.local.system;

import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Prevents two systems from using one home. The operating system releases the lock when the process
 * dies, so a lock is never stale.
 */
public final class HomeLock implements AutoCloseable {
  // another command may hold it for a moment, to check whether a system is running
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a home.
   *
   * @throws InvalidInputException another system holds it
   */
  public static HomeLock acquire(Home home) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      FileChannel channel = tryLock(home.lockFile());
      if (channel != null) {
        deleteStaleConnection(home);
        return new HomeLock(channel);
      }
      if (System.nanoTime() > deadline) {
        throw new InvalidInputException(
            "a Winnow system is already running on " + home.directory(),
            "use it, stop it with Ctrl-C in its terminal, or give another folder with --home");
      }
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + home.lockFile(), e);
      }
    }
  }

  private static void deleteStaleConnection(Home home) {
    try {
      Files.deleteIfExists(home.connectionFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a system holds the lock of a home now. */
  static boolean held(Home home) {
    FileChannel channel = tryLock(home.lockFile());
    if (channel == null) {
      return true;
    }
    close(channel);
    return false;
  }

  /** Returns the locked file, or null if another process or thread holds the lock. */
  private static FileChannel tryLock(Path file) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return channel;
        }
        channel.close();
      } catch (OverlappingFileLockException e) {
        // held within this process; the channel stays open, because POSIX releases all locks of a
        // process on a file as soon as it closes any descriptor of it
      }
      return null;
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot use the lock file " + file + ": " + e, "give another folder with --home", e);
    }
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
