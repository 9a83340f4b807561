package io.winnow.datasets;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread of all processes of a machine at a time into a directory. A process that dies
 * lets go. Where a process has several for one directory, they keep each other out too, but one
 * that gives up waiting may let a third in early: have one.
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
   * @param directory is there once {@link #take} is called
   */
  DirectoryLock(Path directory) {
    this.file = directory.resolve("lock");
  }

  /**
   * @param waiting called again and again while another has the lock; what it throws ends the wait
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

  // The lock is the channel's: closing it lets go.
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
