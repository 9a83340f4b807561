package io.winnow.models.train;

import io.winnow.contracts.InvalidInputException;
import io.winnow.datasets.RowSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;

/**
 * Assembles the batches of coming steps on a thread of its own, a few ahead, so that the step does
 * not wait for the disk, the copying or the mirroring. What is in a batch is up to the {@link
 * BatchRecipe} alone, whenever it is assembled. Images stay uint8 up to the engine, where the
 * step's kernel brings them to [−1, 1]: a quarter of the bytes to copy, to the device too.
 *
 * <p>{@link #take} and {@link #waitFraction} are for the thread that trains; {@link #close} may be
 * called by any.
 */
public final class BatchFeeder implements AutoCloseable {
  // assembled ahead
  private static final int AHEAD = 3;

  /** Batches that exist at a time: those ahead, and that of the step. */
  public static final int HELD = AHEAD + 1;

  private final RowSource rows;
  private final BatchRecipe recipe;
  private final long first;
  private final long end;
  private final Thread thread;
  private final long startNanos = System.nanoTime();

  private final Deque<Batch> free = new ArrayDeque<>();
  private final Deque<Batch> ready = new ArrayDeque<>();
  private Batch lent;
  private long next;
  private Throwable failure;
  private boolean closed;
  private long waitedNanos;
  private long endNanos;

  private BatchFeeder(RowSource rows, BatchRecipe recipe, long first, long end) {
    this.rows = rows;
    this.recipe = recipe;
    this.first = first;
    this.end = end;
    this.next = first;
    for (int i = 0; i < HELD; i++) {
      free.add(recipe.empty(rows.shape()));
    }
    this.thread = new Thread(this::assemble, "winnow-batches");
    this.thread.setDaemon(true);
  }

  /**
   * A feeder that is at work.
   *
   * @param rows as many as the recipe's order has; read from another thread until {@link #close}
   * @param first the first step to be taken
   * @param end the step behind the last
   * @throws InvalidInputException a batch has 2 GiB or more
   */
  public static BatchFeeder start(RowSource rows, BatchRecipe recipe, long first, long end) {
    if (rows.rows() != recipe.order().rows()) {
      throw new IllegalArgumentException(
          rows.rows() + " rows, but an order of " + recipe.order().rows());
    }
    BatchFeeder feeder = new BatchFeeder(rows, recipe, first, end);
    feeder.thread.start();
    return feeder;
  }

  /**
   * The next step's batch; waits where it is not assembled yet. The one before may not be used any
   * more.
   *
   * @throws NoSuchElementException there is no further step
   * @throws IllegalStateException the feeder is closed, or the thread interrupted
   * @throws RuntimeException what kept the batch from being assembled, as the rows threw it
   */
  public synchronized Batch take() {
    if (next >= end) {
      throw new NoSuchElementException("there is no step " + next);
    }
    if (lent != null) {
      free.add(lent);
      lent = null;
      notifyAll();
    }
    if (ready.isEmpty()) {
      awaitNext();
    }
    if (closed) {
      throw new IllegalStateException("the feeder was closed before step " + next);
    }
    if (ready.isEmpty()) {
      throw failed();
    }
    lent = ready.remove();
    next++;
    return lent;
  }

  private void awaitNext() {
    long from = System.nanoTime();
    try {
      while (ready.isEmpty() && failure == null && !closed) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for step " + next, e);
    } finally {
      waitedNanos += System.nanoTime() - from;
    }
  }

  private RuntimeException failed() {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
  }

  /**
   * The share of the time since the start, up to the closing, that {@link #take} has waited for a
   * batch, the first included; in [0, 1].
   */
  public synchronized double waitFraction() {
    long nanos = (closed ? endNanos : System.nanoTime()) - startNanos;
    return nanos <= 0 ? 0 : Math.min(1, (double) waitedNanos / nanos);
  }

  /** Stops the thread, and ends a {@link #take} that waits. */
  @Override
  public void close() {
    synchronized (this) {
      if (!closed) {
        endNanos = System.nanoTime();
      }
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void assemble() {
    try {
      for (long step = first; step < end; step++) {
        Batch used = reserve();
        if (used == null) {
          return;
        }
        offer(recipe.refill(used, rows, step));
      }
    } catch (Throwable e) {
      fail(e);
    }
  }

  // null once closed
  private synchronized Batch reserve() throws InterruptedException {
    while (free.isEmpty() && !closed) {
      wait();
    }
    return closed ? null : free.remove();
  }

  private synchronized void offer(Batch batch) {
    ready.add(batch);
    notifyAll();
  }

  private synchronized void fail(Throwable e) {
    failure = e;
    notifyAll();
  }
}
