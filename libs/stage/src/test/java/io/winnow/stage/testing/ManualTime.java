package io.winnow.stage.testing;

import io.winnow.store.local.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Time that passes only when a test says so. Sleeping threads wake when their time has come;
 * repeated tasks run on the thread that calls {@link #advance}.
 */
public final class ManualTime implements Time {
  private final List<Task> tasks = new ArrayList<>();
  private final List<Long> wakeTimes = new ArrayList<>();
  private long now;

  private final class Task implements Repetition {
    private final long interval;
    private final Runnable action;
    private long due;
    private boolean closed;

    private Task(long interval, Runnable action) {
      this.interval = interval;
      this.action = action;
      this.due = now + interval;
    }

    private synchronized void run() {
      if (!closed) {
        action.run();
      }
    }

    @Override
    public void close() {
      synchronized (ManualTime.this) {
        tasks.remove(this);
      }
      synchronized (this) {
        closed = true;
      }
    }
  }

  @Override
  public synchronized long nanos() {
    return now;
  }

  @Override
  public synchronized void sleep(Duration duration) throws InterruptedException {
    Long until = now + duration.toNanos();
    wakeTimes.add(until);
    notifyAll();
    try {
      while (now < until) {
        wait();
      }
    } finally {
      wakeTimes.remove(until);
    }
  }

  @Override
  public synchronized Repetition every(Duration interval, String name, Runnable action) {
    Task task = new Task(interval.toNanos(), action);
    tasks.add(task);
    return task;
  }

  /**
   * Waits until that many threads sleep, those aside whose time has come and which have yet to
   * wake: the sleeping threads have seen all that happened before.
   */
  public synchronized void awaitSleepers(int count) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (sleepers() != count) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError(sleepers() + " threads sleep, not " + count);
      }
      wait(left);
    }
  }

  private synchronized long sleepers() {
    return wakeTimes.stream().filter(until -> now < until).count();
  }

  /** Lets time pass: runs the tasks that are due, then wakes the sleepers. */
  public void advance(Duration duration) {
    List<Task> due = new ArrayList<>();
    synchronized (this) {
      now += duration.toNanos();
      for (Task task : tasks) {
        if (task.due <= now) {
          task.due = now + task.interval;
          due.add(task);
        }
      }
    }
    due.forEach(Task::run);
    synchronized (this) {
      notifyAll();
    }
  }
}
