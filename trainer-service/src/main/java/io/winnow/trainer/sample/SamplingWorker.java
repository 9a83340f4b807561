package io.winnow.trainer.sample;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The one thread that draws what people ask for over HTTP, beside the jobs' own. One request is
 * drawn at a time and a few wait, so that asking much costs a training time but never memory.
 */
@ApplicationScoped
public class SamplingWorker {
  /** How many requests may wait for the one that is drawn. */
  static final int WAITING = 4;

  private static final int GRACE_SECONDS = 30;

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          task -> new Thread(task, "sampling"));

  /**
   * @param drawing stops soon when its thread is interrupted
   * @throws RejectedExecutionException too many are waiting, or the process is told to stop
   */
  <T> CompletableFuture<T> submit(Supplier<T> drawing) {
    return CompletableFuture.supplyAsync(drawing, thread);
  }

  // before the engine closes, whose memory a drawing uses
  void onShutdown(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
    thread.shutdownNow();
    thread.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
  }
}
