package io.winnow.stage.internal;

import io.winnow.stage.api.StopException;
import io.winnow.stage.config.RetrySettings;
import io.winnow.store.local.Time;
import io.winnow.store.object.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Repeats calls to Kafka and the store while these are unavailable, with exponential backoff and
 * jitter, until the process is told to stop. A stop is noticed after the maximum delay at the
 * latest. A fault of one object that lasts while the store answers is not repeated for ever: see
 * {@link KeyFault}.
 */
@ApplicationScoped
public class TransientFaultRetry {
  private static final Logger LOG = Logger.getLogger(TransientFaultRetry.class);

  private final RetrySettings settings;
  private final Lifecycle lifecycle;
  private final Time time;
  private final ObjectStore objects;

  public TransientFaultRetry(
      RetrySettings settings, Lifecycle lifecycle, Time time, ObjectStore objects) {
    this.settings = settings;
    this.lifecycle = lifecycle;
    this.time = time;
    this.objects = objects;
  }

  /** Repeats an action that reports nothing while it waits. */
  public <T> T call(String doing, Callable<T> action) throws Exception {
    return call(doing, action, fault -> {});
  }

  /**
   * Repeats an action until it succeeds or fails with a fault that is not transient.
   *
   * @param doing for the log, e.g. {@code publish winnow.model.trained.v1}
   * @param waiting called with each transient fault, before the delay
   * @throws StopException the process was told to stop while the fault lasted
   */
  public <T> T call(String doing, Callable<T> action, Consumer<Throwable> waiting)
      throws Exception {
    return call(doing, action, waiting, lifecycle::stopping);
  }

  /**
   * Repeats an action, with another condition to give up than the stop of the process.
   *
   * @param over checked after each transient fault
   * @throws StopException the condition was true while the fault lasted
   */
  <T> T call(String doing, Callable<T> action, Consumer<Throwable> waiting, BooleanSupplier over)
      throws Exception {
    KeyFault keyFault = new KeyFault(objects, settings.keyLimit());
    for (Duration delay = settings.initialDelay(); ; delay = next(delay)) {
      try {
        return action.call();
      } catch (Exception e) {
        if (!Faults.isTransient(e)) {
          throw e;
        }
        LOG.warnf("Cannot %s, retrying: %s", doing, e.getMessage());
        if (over.getAsBoolean()) {
          throw new StopException(StopException.Reason.SHUTDOWN);
        }
        keyFault.note(e, time.nanos());
        waiting.accept(e);
      }
      pause(delay);
    }
  }

  private Duration next(Duration delay) {
    Duration twice = delay.multipliedBy(2);
    return twice.compareTo(settings.maxDelay()) < 0 ? twice : settings.maxDelay();
  }

  private void pause(Duration delay) {
    long half = settings.initialDelay().toNanos() / 2;
    long jitter = half == 0 ? 0 : ThreadLocalRandom.current().nextLong(-half, half + 1);
    try {
      time.sleep(Duration.ofNanos(Math.max(0, delay.toNanos() + jitter)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StopException(StopException.Reason.SHUTDOWN);
    }
  }
}
