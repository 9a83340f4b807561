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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Starts systems and completes runs, for the integration tests. */
final class TestRuns {
  private static final Duration LIMIT = Duration.ofMinutes(8);

  private TestRuns() {}

  /** The folder that holds the built services. */
  static Path root() {
    return Path.of(System.getProperty("winnow.root"));
  }

  /**
   * Options of a system of the built services that does not restart a service that exits. Its
   * services compute with one thread each: several compute at once, and bits are compared.
   */
  static SystemOptions options(
      Path home, int encoders, Map<Service, Map<String, String>> properties) {
    Map<Service, Map<String, String>> all = new EnumMap<>(Service.class);
    all.putAll(properties);
    for (Service service : Service.WORKERS) {
      all.put(service, new TreeMap<>(properties.getOrDefault(service, Map.of())));
      all.get(service).put("winnow.engine.threads", "1");
      // a service that stops waits as long for each of its consumers
      all.get(service).put("mp.messaging.connector.smallrye-kafka.fetch.max.wait.ms", "200");
    }
    return SystemOptions.of(new Home(home), root(), System.out::println)
        .withRestarts(0)
        .withReadiness(Duration.ofMinutes(5))
        .withEncoders(encoders, false)
        .withProperties(all)
        // data sets of tests lie in temporary folders
        .withSources(List.of(Path.of("/")));
  }

  /** Submits a run and waits for its report, at most 8 minutes. */
  static RunReport complete(
      RunClient client, LocalSystem system, RunSpec spec, ProgressDisplay display) {
    Instant deadline = Instant.now().plus(LIMIT);
    return client.complete(
        spec,
        display,
        () ->
            Instant.now().isAfter(deadline)
                ? Optional.of("no end after " + LIMIT)
                : system.failure());
  }
}
