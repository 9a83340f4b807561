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
 * Keeps a second system off a home. The operating system drops the lock when the process dies, so
 * no stale lock is ever left.
 */
public final class HomeLock implements AutoCloseable {
  // another command may hold it for a moment, to see whether a system runs
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws InvalidInputException when another system holds it
   */
  public static HomeLock acquire(Home home) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      FileChannel channel = tryLock(home.lockFile());
      if (channel != null) {
        forgetPredecessor(home);
        return new HomeLock(channel);
      }
      if (System.nanoTime() > deadline) {
        throw new InvalidInputException(
            "a Winnow system already runs on " + home.directory(),
            "use that one, stop it with Ctrl-C where it runs, or give another folder with --home");
      }
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + home.lockFile(), e);
      }
    }
  }

  private static void forgetPredecessor(Home home) {
    try {
      Files.deleteIfExists(home.connectionFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a system holds it now. */
  static boolean held(Home home) {
    FileChannel channel = tryLock(home.lockFile());
    if (channel == null) {
      return true;
    }
    close(channel);
    return false;
  }

  /** The locked file, or null when another has it. */
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
        // held within this process; the channel stays open, since POSIX drops all locks of a
        // process on a file as soon as it closes any descriptor of it
      }
      return null;
    } catch (IOException e) {
      throw new InvalidInputException(
          "the lock file " + file + " cannot be used: " + e, "give another folder with --home", e);
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
