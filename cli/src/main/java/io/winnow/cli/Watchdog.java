package io.winnow.cli;

import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Says why there is nothing to wait for any more. */
final class Watchdog {
  private static final Duration PERIOD = Duration.ofMillis(500);

  private Watchdog() {}

  /** Of a system in this process. */
  static Supplier<Optional<String>> of(LocalSystem system) {
    return () -> system.closed() ? Optional.of("the system was stopped") : system.failure();
  }

  /** Of a system in another process. */
  static Supplier<Optional<String>> of(Home home) {
    return () ->
        Connection.find(home).isPresent()
            ? Optional.empty()
            : Optional.of("the system on " + home.directory() + " was stopped");
  }

  /**
   * Waits until the system is stopped.
   *
   * @throws IllegalStateException when it cannot go on
   */
  static void waitWhileWell(LocalSystem system) throws InterruptedException {
    while (!system.closed()) {
      Optional<String> failure = system.failure();
      if (failure.isPresent()) {
        throw new IllegalStateException(failure.get());
      }
      Thread.sleep(PERIOD.toMillis());
    }
  }
}
