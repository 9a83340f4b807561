package io.winnow.store.local;

import java.time.Duration;

/** Monotonic time and waiting. Tests replace it, so that they need not wait. */
public interface Time {

  /** The real time of this machine. */
  static Time system() {
    return SystemTime.INSTANCE;
  }

  /** Nanoseconds since some fixed point; only differences mean anything. */
  long nanos();

  /** Blocks the calling thread. */
  void sleep(Duration duration) throws InterruptedException;

  /**
   * Calls a task again and again on a thread of its own, first after one interval; each call begins
   * one interval after the previous one has ended. A call that throws is the last one.
   *
   * @param name of the thread
   * @return ends the calls; closing it waits for a call in progress
   */
  Repetition every(Duration interval, String name, Runnable task);

  /** Ends repeated calls when it is closed. */
  interface Repetition extends AutoCloseable {
    @Override
    void close();
  }
}
