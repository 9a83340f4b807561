package io.winnow.stage.process;

import io.winnow.store.local.DaemonThreads;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Ends a process whose orderly stop does not end, because a thread hangs in native code. */
public final class LastResort {
  private static final Logger LOG = Logger.getLogger(LastResort.class);
  // for the parts that stop after the job; with it a stop ends within a pod's 90 s
  private static final Duration REST = Duration.ofSeconds(15);

  private LastResort() {}

  /**
   * Halts the process unless it has ended before.
   *
   * @param grace of the running job
   */
  public static void haltAfter(Duration grace, int exitCode) {
    DaemonThreads.start("winnow-last-resort", () -> halt(grace.plus(REST), exitCode));
  }

  private static void halt(Duration after, int exitCode) {
    try {
      Thread.sleep(after.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    LOG.errorf("The process did not stop within %s: halting it", after);
    Runtime.getRuntime().halt(exitCode);
  }
}
