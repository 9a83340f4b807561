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
 * Draws samples for HTTP requests on one thread, in parallel with the jobs. One request is drawn at
 * a time and a few wait, so many requests may slow a training down but never exhaust its memory.
 */
@ApplicationScoped
public class SamplingWorker {
  /** Maximum number of waiting requests. */
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
   * Queues a request.
   *
   * @param drawing ends soon after its thread is interrupted
   * @throws RejectedExecutionException too many requests are waiting, or the process is stopping
   */
  <T> CompletableFuture<T> submit(Supplier<T> drawing) {
    return CompletableFuture.supplyAsync(drawing, thread);
  }

  // before the engine is closed, whose memory is in use
  void onShutdown(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
    thread.shutdownNow();
    thread.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
  }
}
