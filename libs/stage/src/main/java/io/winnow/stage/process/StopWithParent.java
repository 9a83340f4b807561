package io.winnow.stage.process;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.Startup;
import io.winnow.store.local.DaemonThreads;
import io.winnow.store.local.Time;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Stops this process when its parent is gone, however that died: the parent's end of the pipe to
 * standard input closes. Only with {@code winnow.stop-with-parent=true}. Kafka and the store are in
 * the parent, so a running job cannot save a checkpoint any more, and nothing is gained by waiting
 * for it: after some seconds the process halts.
 */
@Startup
@Singleton
public class StopWithParent {
  private static final Logger LOG = Logger.getLogger(StopWithParent.class);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int HALTED = 1;

  private final boolean enabled;

  public StopWithParent(
      @ConfigProperty(name = "winnow.stop-with-parent", defaultValue = "false") boolean enabled) {
    this.enabled = enabled;
  }

  @PostConstruct
  void watch() {
    if (enabled) {
      DaemonThreads.start(
          "winnow-stop-with-parent",
          () ->
              awaitEnd(
                  System.in,
                  Time.system(),
                  () -> Quarkus.asyncExit(0),
                  () -> Runtime.getRuntime().halt(HALTED)));
    }
  }

  /**
   * Waits for the end of a pipe, then stops the process.
   *
   * @param stop begins an orderly stop; returns immediately
   * @param halt ends the process even if a stop is in progress
   */
  static void awaitEnd(InputStream pipe, Time time, Runnable stop, Runnable halt) {
    try {
      while (pipe.read() >= 0) {
        // the input itself is ignored
      }
    } catch (IOException e) {
      LOG.debug("The parent's pipe broke", e);
    }
    LOG.info("The parent process is gone: stopping");
    stop.run();
    try {
      time.sleep(GRACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    halt.run();
  }
}
