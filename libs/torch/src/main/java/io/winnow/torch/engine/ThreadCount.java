package io.winnow.torch.engine;

import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * How many threads an operation uses. PyTorch keeps a number for each thread that calls it, and one
 * for the process, which a thread takes over with its first call; setting a thread's own sets that
 * of the process too.
 */
final class ThreadCount {
  // the engine is the process's, and so is this
  private static final ReadWriteLock OF_PROCESS = new ReentrantReadWriteLock();

  private ThreadCount() {}

  /** That of the calling thread, which from now on has one. */
  static int get() {
    OF_PROCESS.readLock().lock();
    try {
      return JniUtils.getNumThreads();
    } finally {
      OF_PROCESS.readLock().unlock();
    }
  }

  /**
   * Does something while other threads' numbers change that of the process, and puts it back to
   * that of the calling thread. No thread takes it over meanwhile.
   */
  static void restoring(Runnable action) {
    OF_PROCESS.writeLock().lock();
    try {
      int count = JniUtils.getNumThreads();
      action.run();
      JniUtils.setNumThreads(count);
    } finally {
      OF_PROCESS.writeLock().unlock();
    }
  }

  /** Sets that of the calling thread, within another's {@link #restoring}. */
  static void setOwn(int count) {
    JniUtils.getNumThreads(); // or the first call would take over the process's after this
    JniUtils.setNumThreads(count);
  }
}
