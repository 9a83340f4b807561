package io.winnow.chaos;

import io.winnow.contracts.event.RunRequested;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.EventSender;
import io.winnow.local.kafka.RecordSender;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Submits more runs at once than a system can process. Nine of ten refer to a missing data set and
 * fail; the others are small valid runs.
 */
public final class Flood {
  private static final int VALID_EVERY = 10;
  private static final int IMAGES = 10;
  private static final long POLL_MILLIS = 15_000;
  private static final String SPEC =
      """
      {"name": "flood", "dataset": {"source": "%s", "holdout": 0.2},
       "surrogate": {"images": 64, "batch": 16}, "reweight": {"method": "uniform"},
       "model": {"preset": "ddpm-tiny", "channels": 16, "attentionResolutions": []},
       "training": {"images": 64, "batch": 16},
       "sampling": {"images": 4, "steps": 2, "batch": 4, "baseline": false, "gridPerClass": 1}}""";

  private final Path root;
  private final Path folder;
  private final PrintStream log;

  /**
   * @param root the folder that contains the built services
   * @param folder an empty folder for the system and its data
   * @param log receives progress
   */
  public Flood(Path root, Path folder, PrintStream log) {
    this.root = root;
    this.folder = folder;
    this.log = log;
  }

  /**
   * The state of the requests.
   *
   * @param succeeded runs with a report
   * @param failed runs with a recorded problem
   * @param running runs that a service has started
   * @param queued requests that are only in Kafka
   * @param consumerLag records that consumers have not committed
   * @param seconds since the requests were sent
   * @param servicesUp whether no service has failed
   */
  public record Result(
      int requests,
      int succeeded,
      int failed,
      int running,
      int queued,
      long consumerLag,
      double seconds,
      boolean servicesUp) {
    /** Whether no request was lost: those that are not in the store are still in Kafka. */
    public boolean passed() {
      return queued <= consumerLag && servicesUp;
    }
  }

  /**
   * Starts a system, submits the runs and waits until all have ended.
   *
   * @param requests number of runs
   * @param atMost maximum time to wait
   */
  public Result run(int requests, Duration atMost) throws IOException, InterruptedException {
    Path images = DrawnImages.write(folder.resolve("images"), IMAGES);
    SystemOptions options =
        SystemOptions.of(new Home(folder.resolve("system")), root, log::println)
            .withSources(List.of(folder));
    try (LocalSystem system = LocalSystem.start(options);
        MinioObjectStore store = new MinioObjectStore(system.connection().store())) {
      Instant start = Instant.now();
      submit(system.connection().kafkaClients(), requests, images);
      log.printf("%,d requests sent%n", requests);
      EventLog events = new EventLog(system.connection().kafkaClients());
      Result result = count(requests, system, store, events, start);
      while (result.succeeded() + result.failed() < requests
          && Duration.between(start, Instant.now()).compareTo(atMost) < 0
          && result.servicesUp()) {
        Thread.sleep(POLL_MILLIS);
        result = count(requests, system, store, events, start);
        log.printf(
            "%,d succeeded, %,d failed, %,d running, %,d queued%n",
            result.succeeded(), result.failed(), result.running(), result.queued());
      }
      return result;
    }
  }

  private static void submit(Map<String, Object> kafka, int requests, Path images) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      Path source = i % VALID_EVERY == 0 ? images : images.resolveSibling("none-" + i);
      RunSpec spec = DrawnImages.spec(SPEC, source, "the spec of the flood");
      records.add(
          EventSender.record(new RunRequested(new Run("flood-%05d".formatted(i), spec, now))));
    }
    try (RecordSender sender = new RecordSender(kafka)) {
      sender.send(records);
    }
  }

  // Kafka is read first: a request that is committed in between counts twice instead of never
  private static Result count(
      int requests, LocalSystem system, ObjectStore store, EventLog events, Instant start) {
    long consumerLag = events.consumerLag();
    int[] count = new int[RunStatus.values().length];
    for (RunStatus status : RunFolder.statuses(store).values()) {
      count[status.ordinal()]++;
    }
    int succeeded = count[RunStatus.SUCCEEDED.ordinal()];
    int failed = count[RunStatus.FAILED.ordinal()];
    int running = count[RunStatus.RUNNING.ordinal()];
    return new Result(
        requests,
        succeeded,
        failed,
        running,
        requests - succeeded - failed - running,
        consumerLag,
        Duration.between(start, Instant.now()).toMillis() / 1e3,
        system.failure().isEmpty());
  }
}
