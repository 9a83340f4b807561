package io.winnow.stage.run;

import io.smallrye.faulttolerance.api.Guard;
import io.winnow.stage.StopException;
import io.winnow.stage.config.RetrySettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Waits for Kafka and the store: tries again with growing, bounded, jittered pauses for as long as
 * it takes, until the process is told to stop. SmallRye's guard sleeps between two tries and nobody
 * wakes it, so a stop is noticed after the longest pause at the latest.
 */
@ApplicationScoped
public class Patience {
  private static final Logger LOG = Logger.getLogger(Patience.class);

  private final Guard guard;
  private final Lifecycle lifecycle;

  public Patience(RetrySettings settings, Lifecycle lifecycle) {
    this.lifecycle = lifecycle;
    long first = settings.initialDelay().toMillis();
    this.guard =
        Guard.create()
            .withDescription("winnow-patience")
            .withRetry()
            .maxRetries(-1)
            .maxDuration(0, ChronoUnit.MILLIS)
            .delay(first, ChronoUnit.MILLIS)
            .jitter(first / 2, ChronoUnit.MILLIS)
            .withExponentialBackoff()
            .factor(2)
            .maxDelay(settings.maxDelay().toMillis(), ChronoUnit.MILLIS)
            .done()
            .whenException(Faults::isTransient)
            .done()
            .build();
  }

  /** {@link #call(String, Callable, Consumer)} for callers with nothing to say while they wait. */
  public <T> T call(String doing, Callable<T> action) throws Exception {
    return call(doing, action, fault -> {});
  }

  /**
   * @param doing for the log, e.g. {@code publish winnow.model.trained.v1}
   * @param action called until it ends otherwise than by a transient fault
   * @param waiting told of each transient fault, before the pause
   * @throws StopException the process was told to stop while the fault lasted
   */
  public <T> T call(String doing, Callable<T> action, Consumer<Throwable> waiting)
      throws Exception {
    return call(doing, action, waiting, lifecycle::stopping);
  }

  /**
   * The same with another end to the waiting than the stop.
   *
   * @param over looked at after each transient fault
   * @throws StopException it was over while the fault lasted
   */
  <T> T call(String doing, Callable<T> action, Consumer<Throwable> waiting, BooleanSupplier over)
      throws Exception {
    Object[] result = new Object[1];
    guard.call(
        () -> {
          try {
            result[0] = action.call();
          } catch (Exception e) {
            if (Faults.isTransient(e)) {
              LOG.warnf("Cannot %s now, trying again: %s", doing, e.getMessage());
              if (over.getAsBoolean()) {
                throw new StopException(StopException.Reason.SHUTDOWN);
              }
              waiting.accept(e);
            }
            throw e;
          }
          return true;
        },
        Boolean.class);
    @SuppressWarnings("unchecked")
    T value = (T) result[0];
    return value;
  }
}
