package io.winnow.torch.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Threads that call the engine in parallel, each with an equal share of the engine's threads. Many
 * tasks finish sooner in this way than one after another on all threads, because operations of
 * medium size do not keep all threads busy. The bits of a result depend on the number of shares,
 * and not on the number of tasks or their order. If there is a single share, the caller's thread
 * computes it. For use by one caller at a time.
 */
public final class Workers implements AutoCloseable {
  private final int count;
  private final ThreadPoolExecutor threads;

  /**
   * @param parts number of shares, from 1 to the number of the engine's threads
   * @param count number of workers, each with one share, from 1 to {@code parts}
   * @throws IllegalArgumentException a number is out of range
   */
  public Workers(Torch torch, int parts, int count) {
    int all = torch.threads();
    if (parts < 1 || parts > all || count < 1 || count > parts) {
      throw new IllegalArgumentException(
          count + " workers on parts of " + all + " threads in " + parts);
    }
    this.count = count;
    this.threads = parts == 1 ? null : start(count, all / parts);
  }

  private static ThreadPoolExecutor start(int count, int part) {
    CountDownLatch ready = new CountDownLatch(count);
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                thread(
                    () -> {
                      ThreadCount.setOwn(part);
                      ready.countDown();
                      task.run();
                    }));
    ThreadCount.restoring(
        () -> {
          threads.prestartAllCoreThreads();
          await(ready, () -> {});
        });
    return threads;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "winnow-worker");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Does tasks 0 … n − 1, the lowest first, each on the next worker that is free; returns when no
   * worker is busy.
   *
   * @throws RuntimeException the first that a task threw; no task begins after it
   * @throws IllegalStateException the caller was interrupted; no task begins after that
   */
  public void each(int n, IntConsumer task) {
    if (threads == null) {
      for (int i = 0; i < n; i++) {
        task.accept(i);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(count);
    for (int worker = 0; worker < count; worker++) {
      threads.execute(
          () -> {
            try {
              for (int i = next.getAndIncrement();
                  i < n && failure.get() == null;
                  i = next.getAndIncrement()) {
                task.accept(i);
              }
            } catch (RuntimeException | Error e) {
              failure.compareAndSet(null, e);
            } finally {
              done.countDown();
            }
          });
    }
    IllegalStateException stopped = new IllegalStateException("interrupted among workers");
    await(done, () -> failure.compareAndSet(null, stopped));
    if (failure.get() instanceof Error error) {
      throw error;
    }
    if (failure.get() != null) {
      throw (RuntimeException) failure.get();
    }
  }

  /** Waits to the end also where it is interrupted: workers use memory that the caller frees. */
  private static void await(CountDownLatch latch, Runnable onInterrupt) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
        onInterrupt.run();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdown();
    }
  }
}
