package io.winnow.bench;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.SpecResolver;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.local.FileTree;
import io.winnow.store.object.MinioObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Measures the encode stage with several encoder replicas, each pinned to its own core. Kafka and
 * S3 run in this process. Each count of replicas gets a new system, which encodes the whole data
 * set once before measuring: while the JVMs still compile, they take CPU time from each other.
 *
 * @param root the folder that contains the built services
 * @param dataset data set to encode
 * @param surrogate a TorchScript file
 * @param inputSize height and width of its input, which has 3 channels
 * @param shardRows images per shard
 * @param notices receives one line about each service that starts or stops
 */
public record ReplicasBench(
    Path root,
    Path dataset,
    Path surrogate,
    int inputSize,
    int shardRows,
    Consumer<String> notices) {

  // the store records when encoding ended, so rare polling is exact, and frequent polling would
  // take CPU time from the encoders
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration CANCEL_WAIT = Duration.ofSeconds(5);
  private static final double NANOS = 1e9;

  /**
   * The result for one count of replicas.
   *
   * @param seconds from the end of the preceding stage to the end of the encode stage, as recorded
   *     in the store
   * @param ratio throughput relative to the first count
   */
  public record Result(
      int replicas,
      long images,
      int shards,
      double seconds,
      double imagesPerSecond,
      double ratio) {}

  /**
   * Measures one system after another.
   *
   * @param counts replicas of each system, at least 1 and at most the number of cores
   * @throws InvalidInputException a service is not built, or an input cannot be used
   * @throws IllegalStateException a run failed
   */
  public List<Result> run(List<Integer> counts) throws IOException, InterruptedException {
    List<Result> results = new ArrayList<>();
    for (int count : counts) {
      Path folder = Files.createTempDirectory("winnow-replicas");
      try {
        double first = results.isEmpty() ? Double.NaN : results.get(0).imagesPerSecond();
        results.add(measure(count, new Home(folder), first));
      } finally {
        FileTree.delete(folder);
      }
    }
    return results;
  }

  private Result measure(int count, Home home, double first)
      throws IOException, InterruptedException {
    SystemOptions options =
        SystemOptions.of(home, root, notices)
            .only(Service.ENCODER)
            .withEncoders(count, true)
            .withSources(List.of(dataset));
    try (LocalSystem system = LocalSystem.start(options);
        MinioObjectStore store = new MinioObjectStore(system.connection().store());
        RunClient client = new RunClient(system.connection().kafkaClients(), store)) {
      // the warm-up uses another shard size, so that none of its artifacts is reused
      encode(client, store, system, shardRows + 1);
      Map<String, StageRecord> stages = encode(client, store, system, shardRows);
      StageRecord encoded = stages.get("encode");
      Instant start = stages.get("surrogate").finishedAt();
      double seconds = Duration.between(start, encoded.finishedAt()).toNanos() / NANOS;
      long images = encoded.cost().images();
      int shards = Math.toIntExact((images + shardRows - 1) / shardRows);
      double throughput = images / seconds;
      return new Result(
          count, images, shards, seconds, throughput, Double.isNaN(first) ? 1 : throughput / first);
    }
  }

  /** Runs as far as the encode stage, then cancels the run and gives it time to stop. */
  private Map<String, StageRecord> encode(
      RunClient client, MinioObjectStore store, LocalSystem system, int rows)
      throws InterruptedException {
    Run run = client.submit(new SpecResolver(store, true).resolve(spec(rows), Path.of("")));
    RunFolder folder = new RunFolder(store, run.id());
    Map<String, StageRecord> stages = new TreeMap<>();
    while (!stages.containsKey("encode")) {
      Thread.sleep(POLL.toMillis());
      Optional<String> failure =
          system.failure().or(() -> folder.failed().map(f -> f.stage() + ": " + f.problem()));
      if (failure.isPresent()) {
        throw new IllegalStateException(failure.get());
      }
      folder.stages().forEach(stage -> stages.put(stage.stage(), stage));
    }
    client.cancel(run.id(), "the benchmark needs only the encode stage");
    Thread.sleep(CANCEL_WAIT.toMillis());
    return stages;
  }

  private RunSpec spec(int rows) {
    Map<String, Object> data =
        Map.of(
            "source",
            dataset.toAbsolutePath().normalize().toString(),
            "name",
            "replicas",
            "shardRows",
            rows);
    Map<String, Object> spec =
        Map.of(
            "dataset",
            data,
            "surrogate",
            Map.of("source", surrogate.toString(), "inputSize", inputSize, "channels", 3),
            // the cheapest options for the stages that follow
            "selection",
            Map.of("criterion", "random"),
            "reweight",
            Map.of("method", "uniform"));
    return RunSpec.parse(Json.bytes(spec), "the options");
  }
}
