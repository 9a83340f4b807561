package io.winnow.datasets;

import io.winnow.store.local.FileLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Admits one thread of all processes of a machine at a time to a directory. The lock of a process
 * that dies is released.
 */
final class DirectoryLock {
  private static final long POLL_MILLIS = 50;

  private final ReentrantLock here = new ReentrantLock();
  private final Path file;

  /** Held until it is closed. */
  interface Held extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /**
   * Locks nothing yet.
   *
   * @param directory exists when {@link #take} is called
   */
  DirectoryLock(Path directory) {
    this.file = directory.resolve("lock");
  }

  /**
   * Waits for the lock.
   *
   * @param waiting called repeatedly while another holder has the lock; an exception ends the
   *     waiting
   */
  Held take(Runnable waiting) throws IOException {
    try {
      while (!here.tryLock(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        waiting.run();
      }
      try {
        FileLock lock = amongProcesses(waiting);
        return () -> {
          try {
            lock.close();
          } finally {
            here.unlock();
          }
        };
      } catch (IOException | InterruptedException | RuntimeException e) {
        here.unlock();
        throw e;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + file, e);
    }
  }

  private FileLock amongProcesses(Runnable waiting) throws IOException, InterruptedException {
    while (true) {
      Optional<FileLock> lock = FileLock.tryAcquire(file);
      if (lock.isPresent()) {
        return lock.get();
      }
      waiting.run();
      Thread.sleep(POLL_MILLIS);
    }
  }
}
