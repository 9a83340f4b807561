package io.winnow.local.system;

import io.winnow.contracts.Causes;
import io.winnow.contracts.InvalidInputException;
import io.winnow.store.local.FileLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Prevents two systems from using one home. The operating system releases the lock when the process
 * dies, so a lock is never stale.
 */
public final class HomeLock implements AutoCloseable {
  // another command may hold it for a moment, to check whether a system is running
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final FileLock lock;

  private HomeLock(FileLock lock) {
    this.lock = lock;
  }

  /**
   * Takes the lock of a home.
   *
   * @throws InvalidInputException another system holds it
   */
  public static HomeLock acquire(Home home) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      Optional<FileLock> lock = tryLock(home.lockFile());
      if (lock.isPresent()) {
        deleteStaleConnection(home);
        return new HomeLock(lock.get());
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
    Optional<FileLock> lock = tryLock(home.lockFile());
    lock.ifPresent(FileLock::close);
    return lock.isEmpty();
  }

  private static Optional<FileLock> tryLock(Path file) {
    try {
      return FileLock.tryAcquire(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot use the lock file " + file + ": " + Causes.of(e),
          "give another folder with --home",
          e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
