package io.winnow.artifacts.features;

import io.winnow.store.local.DaemonThreads;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Reads things on threads of its own while those before are used. They are used in order and by the
 * caller's thread.
 */
final class ReadAhead {
  private ReadAhead() {}

  /**
   * @param threads how many are read at a time, beside the one that is used; below 1, the caller
   *     reads each when it needs it
   * @throws RuntimeException as reading or using threw it; nothing after is used then
   * @throws IllegalStateException the caller was interrupted
   */
  static <T, R> void each(List<T> things, int threads, Function<T, R> read, BiConsumer<T, R> use) {
    if (threads < 1 || things.size() < 2) {
      things.forEach(thing -> use.accept(thing, read.apply(thing)));
      return;
    }
    ExecutorService readers =
        Executors.newFixedThreadPool(threads, DaemonThreads.named("winnow-read-ahead"));
    try {
      Iterator<T> left = things.iterator();
      Queue<Future<R>> coming = new ArrayDeque<>();
      while (coming.size() < threads && left.hasNext()) {
        submit(readers, read, left.next(), coming);
      }
      for (T thing : things) {
        R result = await(coming.remove());
        if (left.hasNext()) {
          submit(readers, read, left.next(), coming);
        }
        use.accept(thing, result);
      }
    } finally {
      readers.shutdownNow();
    }
  }

  private static <T, R> void submit(
      ExecutorService readers, Function<T, R> read, T thing, Queue<Future<R>> coming) {
    coming.add(readers.submit(() -> read.apply(thing)));
  }

  private static <R> R await(Future<R> coming) {
    try {
      return coming.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading", e);
    }
  }
}
