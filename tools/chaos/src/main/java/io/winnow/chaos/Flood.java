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
 * Asks a system for more runs than it can do, all at once. Nine of ten name a data set that is not
 * there and fail for it, the others are a small run that can be had.
 */
public final class Flood {
  private static final int GOOD = 10;
  private static final int IMAGES = 10;
  private static final long LOOK_MILLIS = 15_000;
  private static final String SPEC =
      """
      {"name": "flood", "dataset": {"source": "%s", "holdout": 0.2},
       "surrogate": {"images": 64, "batch": 16}, "reweight": {"method": "uniform"},
       "model": {"preset": "ddpm-tiny", "channels": 16, "attention": []},
       "training": {"images": 64, "batch": 16},
       "sampling": {"images": 4, "steps": 2, "batch": 4, "baseline": false, "gridPerClass": 1}}""";

  private final Path root;
  private final Path folder;
  private final PrintStream talk;

  /**
   * @param root the folder that holds the built services
   * @param folder an empty one
   */
  public Flood(Path root, Path folder, PrintStream talk) {
    this.root = root;
    this.folder = folder;
    this.talk = talk;
  }

  /**
   * What became of the requests.
   *
   * @param succeeded came to their report
   * @param failed with a reason
   * @param running have begun
   * @param queued are known to Kafka alone
   * @param unsettled records that consumers have not settled
   * @param alive whether all services were up to the end
   */
  public record Result(
      int requests,
      int succeeded,
      int failed,
      int running,
      int queued,
      long unsettled,
      double seconds,
      boolean alive) {
    /** Whether nothing was lost: what is nowhere in the store is still in Kafka. */
    public boolean accounted() {
      return queued <= unsettled && alive;
    }
  }

  /**
   * @param atMost looks at what became of them after so long, if not all are over before
   */
  public Result run(int requests, Duration atMost) throws IOException, InterruptedException {
    Path images = DrawnImages.write(folder.resolve("images"), IMAGES);
    SystemOptions options =
        SystemOptions.of(new Home(folder.resolve("system")), root, talk::println);
    try (LocalSystem system = LocalSystem.start(options);
        MinioObjectStore store = new MinioObjectStore(system.connection().store())) {
      Instant start = Instant.now();
      ask(system.connection().kafkaClients(), requests, images);
      talk.printf("%,d requests are in Kafka%n", requests);
      EventLog log = new EventLog(system.connection().kafkaClients());
      Result result = look(requests, system, store, log, start);
      while (result.succeeded() + result.failed() < requests
          && Duration.between(start, Instant.now()).compareTo(atMost) < 0
          && result.alive()) {
        Thread.sleep(LOOK_MILLIS);
        result = look(requests, system, store, log, start);
        talk.printf(
            "%,d succeeded, %,d failed, %,d running, %,d queued%n",
            result.succeeded(), result.failed(), result.running(), result.queued());
      }
      return result;
    }
  }

  private static void ask(Map<String, Object> kafka, int requests, Path images) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      Path source = i % GOOD == 0 ? images : images.resolveSibling("none-" + i);
      RunSpec spec = DrawnImages.spec(SPEC, source, "the spec of the flood");
      records.add(
          EventSender.record(new RunRequested(new Run("flood-%05d".formatted(i), spec, now))));
    }
    try (RecordSender sender = new RecordSender(kafka)) {
      sender.send(records);
    }
  }

  // what is in Kafka is counted first: a request that is settled meanwhile counts twice, not never
  private static Result look(
      int requests, LocalSystem system, ObjectStore store, EventLog log, Instant start) {
    long unsettled = log.unsettled();
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
        unsettled,
        Duration.between(start, Instant.now()).toMillis() / 1e3,
        system.failure().isEmpty());
  }
}
