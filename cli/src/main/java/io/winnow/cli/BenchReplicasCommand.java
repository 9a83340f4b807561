package io.winnow.cli;

import io.winnow.contracts.Json;
import io.winnow.contracts.run.Run;
import io.winnow.contracts.run.StageRecord;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.SpecResolver;
import io.winnow.local.system.FileTree;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.MinioObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "replicas",
    description = {
      "Times the encode stage with several encoder processes, each pinned to one core of its own,"
          + " and Kafka and S3 beside them.",
      "Every count gets a fresh system, which first encodes all of it once to be warm: what processes"
          + " compile meanwhile takes a tenth of a core from each other."
    })
final class BenchReplicasCommand implements Callable<Integer> {
  // when the encoding was through is in the store: looking seldom costs no precision, but looking
  // often costs the encoders their cores
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration CANCELLING = Duration.ofSeconds(5);

  private final Terminal terminal;
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Option(names = "--dataset", paramLabel = "PATH", required = true, description = "A data set.")
  private Path dataset;

  @Option(
      names = "--surrogate",
      paramLabel = "FILE",
      required = true,
      description = "A TorchScript file.")
  private Path surrogate;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2",
      description = "How many, one system after the other (default: ${DEFAULT-VALUE}).")
  private List<Integer> replicas;

  @Option(
      names = "--shard-rows",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Images a shard (default: ${DEFAULT-VALUE}).")
  private int shardRows;

  @Option(
      names = "--input-size",
      paramLabel = "PIXELS",
      defaultValue = "32",
      description = "What the surrogate wants to see, in 3 channels (default: ${DEFAULT-VALUE}).")
  private int inputSize;

  /**
   * One system's figures.
   *
   * @param seconds from the end of the stage before to the encoding's end, as the store notes them
   * @param ratio of its images a second to those of the first system
   */
  record Measured(
      int replicas,
      long images,
      int shards,
      double seconds,
      double imagesPerSecond,
      double ratio) {}

  BenchReplicasCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    List<Measured> all = new ArrayList<>();
    try (LauncherLog log = LauncherLog.open(common.home())) {
      for (int count : replicas) {
        Path folder = Files.createTempDirectory("winnow-replicas");
        try {
          Measured one = measure(count, new Home(folder));
          double first = all.isEmpty() ? one.imagesPerSecond() : all.get(0).imagesPerSecond();
          all.add(
              new Measured(
                  count,
                  one.images(),
                  one.shards(),
                  one.seconds(),
                  one.imagesPerSecond(),
                  one.imagesPerSecond() / first));
        } finally {
          FileTree.delete(folder);
        }
      }
    }
    terminal.json(all);
    return 0;
  }

  private Measured measure(int count, Home home) throws Exception {
    SystemOptions options =
        SystemOptions.of(home, installation.root(), terminal.err()::println)
            .only(Service.ENCODER)
            .withEncoders(count, true);
    try (LocalSystem system = LocalSystem.start(options);
        MinioObjectStore store = new MinioObjectStore(system.connection().store());
        RunClient client = new RunClient(system.connection().kafkaClients(), store)) {
      // with other shards, as nothing of it may be used again
      encode(client, store, system, shardRows + 1);
      Map<String, StageRecord> steps = encode(client, store, system, shardRows);
      StageRecord encoded = steps.get("encode");
      double seconds =
          Duration.between(steps.get("surrogate").finishedAt(), encoded.finishedAt()).toNanos()
              / 1e9;
      long images = encoded.cost().images();
      int shards = Math.toIntExact((images + shardRows - 1) / shardRows);
      return new Measured(count, images, shards, seconds, images / seconds, 1);
    }
  }

  // Nothing after the encoding is wanted: the run is cancelled, and given time to notice.
  private Map<String, StageRecord> encode(
      RunClient client, MinioObjectStore store, LocalSystem system, int rows)
      throws InterruptedException {
    RunSpec spec = new SpecResolver(store, true).resolve(spec(rows), Path.of(""));
    Run run = client.submit(spec);
    RunFolder folder = new RunFolder(store, run.id());
    Map<String, StageRecord> steps = new TreeMap<>();
    while (!steps.containsKey("encode")) {
      Thread.sleep(POLL.toMillis());
      Optional<String> trouble =
          system.failure().or(() -> folder.failed().map(f -> f.stage() + ": " + f.problem()));
      if (trouble.isPresent()) {
        throw new IllegalStateException(trouble.get());
      }
      folder.stages().forEach(step -> steps.put(step.stage(), step));
    }
    client.cancel(run.id(), "only its encoding was wanted");
    Thread.sleep(CANCELLING.toMillis());
    return steps;
  }

  private RunSpec spec(int rows) {
    Map<String, Object> data = new TreeMap<>();
    data.put("source", dataset.toAbsolutePath().normalize().toString());
    data.put("name", "replicas");
    data.put("shardRows", rows);
    Map<String, Object> all = new TreeMap<>();
    all.put("dataset", data);
    all.put(
        "surrogate", Map.of("source", surrogate.toString(), "inputSize", inputSize, "channels", 3));
    // the cheapest that there is
    all.put("selection", Map.of("criterion", "random"));
    all.put("reweight", Map.of("method", "uniform"));
    return RunSpec.parse(Json.bytes(all), "the options");
  }
}
