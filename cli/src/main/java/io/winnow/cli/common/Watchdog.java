package io.winnow.cli.common;

import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Notices when a system has stopped, so that a command need not wait any longer. */
public final class Watchdog {
  private static final Duration PERIOD = Duration.ofMillis(500);

  private Watchdog() {}

  /** Watches a system in this process; returns why it stopped, once it has. */
  public static Supplier<Optional<String>> of(LocalSystem system) {
    return () -> system.closed() ? Optional.of("the system was stopped") : system.failure();
  }

  /** Watches a system in another process; returns why it stopped, once it has. */
  public static Supplier<Optional<String>> of(Home home) {
    return () ->
        Connection.find(home).isPresent()
            ? Optional.empty()
            : Optional.of("the system on " + home.directory() + " was stopped");
  }

  /**
   * Blocks until the system is stopped.
   *
   * @throws IllegalStateException the system has failed
   */
  public static void awaitStop(LocalSystem system) throws InterruptedException {
    while (!system.closed()) {
      Optional<String> failure = system.failure();
      if (failure.isPresent()) {
        throw new IllegalStateException(failure.get());
      }
      Thread.sleep(PERIOD.toMillis());
    }
  }
}
