package io.winnow.integration;

import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.ProgressDisplay;
import io.winnow.local.client.RunClient;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Real systems and whole runs, for integration tests. */
final class TestRuns {
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private TestRuns() {}

  /** A system of the built services that restarts none of them. */
  static SystemOptions options(
      Path home, int encoders, Map<Service, Map<String, String>> properties) {
    return SystemOptions.of(
            new Home(home), Path.of(System.getProperty("winnow.root")), System.out::println)
        .withRestarts(0)
        .withReadiness(Duration.ofMinutes(3))
        .withEncoders(encoders, false)
        .withProperties(properties);
  }

  /** Waits for a run's report, for some minutes at most. */
  static RunReport complete(
      RunClient client, LocalSystem system, RunSpec spec, ProgressDisplay display) {
    Instant deadline = Instant.now().plus(PATIENCE);
    return client.complete(
        spec,
        display,
        () ->
            Instant.now().isAfter(deadline)
                ? Optional.of("no end after " + PATIENCE)
                : system.failure());
  }
}
