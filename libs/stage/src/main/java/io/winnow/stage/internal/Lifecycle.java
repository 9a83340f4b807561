package io.winnow.stage.internal;

import io.quarkus.runtime.ShutdownEvent;
import io.winnow.stage.config.StageSettings;
import io.winnow.stage.process.LastResort;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Whether the process was told to stop; holds its shutdown until the running job has ended. */
@ApplicationScoped
public class Lifecycle {
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);

  // of a process that SIGTERM has ended
  private static final int EXIT_CODE = 143;

  private final Duration grace;
  private final boolean exits;
  private int active;
  private volatile boolean stopping;
  private volatile boolean graceOver;

  public Lifecycle(StageSettings settings) {
    this.grace = settings.shutdownGrace();
    this.exits = settings.exitWhenDead();
  }

  // before the Kafka channels close, so that the job can still write and publish
  void onShutdown(@Observes @Priority(1) ShutdownEvent event) {
    if (exits) {
      LastResort.haltAfter(grace, EXIT_CODE);
    }
    stop();
  }

  /** True once SIGTERM was received. */
  public boolean stopping() {
    return stopping;
  }

  /** True once the grace period of the stop is over. */
  public boolean graceOver() {
    return graceOver;
  }

  /** False if no job may start any more; otherwise {@link #leave()} must follow. */
  public synchronized boolean enter() {
    if (stopping) {
      return false;
    }
    active++;
    return true;
  }

  /** A job has ended. */
  public synchronized void leave() {
    active--;
    notifyAll();
  }

  /** Tells jobs to end and waits until they have, at most for the grace period. */
  public synchronized void stop() {
    stopping = true;
    long deadline = System.nanoTime() + grace.toNanos();
    try {
      for (long left = grace.toNanos();
          active > 0 && left > 0;
          left = deadline - System.nanoTime()) {
        wait(Math.max(1, left / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    graceOver = true;
    if (active > 0) {
      LOG.warnf(
          "A job has not ended within %s; it will be resumed from its last checkpoint", grace);
    }
  }
}
