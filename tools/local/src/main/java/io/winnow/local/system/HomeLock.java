package io.winnow.local.system;

import java.util.Optional;
import io.winnow.store.local.FileLock;
import io.winnow.contracts.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Keeps a second system off a home. The operating system drops the lock when the process dies, so
 * no stale lock is ever left.
 */
public final class HomeLock implements AutoCloseable {
  // another command may hold it for a moment, to see whether a system runs
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final FileLock lock;

  private HomeLock(FileLock lock) {
    this.lock = lock;
  }

  /**
   * @throws InvalidInputException when another system holds it
   */
  public static HomeLock acquire(Home home) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<FileLock> lock = tryLock(home.lockFile());
      if (lock.isPresent()) {
        forgetPredecessor(home);
        return new HomeLock(lock.get());
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
    Optional<FileLock> lock = tryLock(home.lockFile());
    lock.ifPresent(FileLock::close);
    return lock.isEmpty();
  }

  private static Optional<FileLock> tryLock(Path file) {
    try {
      return FileLock.tryAcquire(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          "the lock file " + file + " cannot be used: " + e, "give another folder with --home", e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
