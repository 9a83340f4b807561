package io.winnow.datasets;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock on a directory between all threads of all processes of a machine. It is released when its
 * process dies. Use one instance per directory and process: with several instances, one that stops
 * waiting may release the lock of another.
 */
final class DirectoryLock {
  private static final long POLL_MILLIS = 50;

  private final ReentrantLock here = new ReentrantLock();
  private final Path file;

  /** The lock, until it is closed. */
  interface Held extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /**
   * @param directory must exist when {@link #take} is called
   */
  DirectoryLock(Path directory) {
    this.file = directory.resolve("lock");
  }

  /**
   * Acquires the lock.
   *
   * @param waiting called repeatedly while another thread or process has the lock; an exception
   *     that it throws stops the wait
   */
  Held take(Runnable waiting) throws IOException {
    try {
      while (!here.tryLock(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        waiting.run();
      }
      try {
        FileChannel channel = amongProcesses(waiting);
        return () -> {
          try {
            channel.close();
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

  // closing the channel releases the lock
  private FileChannel amongProcesses(Runnable waiting) throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      while (!locked(channel)) {
        waiting.run();
        Thread.sleep(POLL_MILLIS);
      }
      return channel;
    } catch (IOException | InterruptedException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // another instance in this process has it
      return false;
    }
  }
}
