package io.winnow.cli.bench;

import io.winnow.bench.ReplicasBench;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "replicas",
    description = {
      "Measures the encode stage with several encoder replicas, each pinned to its own core.",
      "Each count of replicas gets a new system, which encodes the data set once to warm up."
    })
public final class BenchReplicasCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Option(
      names = "--dataset",
      paramLabel = "PATH",
      required = true,
      description = "Data set to encode.")
  private Path dataset;

  @Option(
      names = "--surrogate",
      paramLabel = "FILE",
      required = true,
      description = "TorchScript file of the surrogate.")
  private Path surrogate;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2",
      description = "Counts of replicas, measured one after another (default: ${DEFAULT-VALUE}).")
  private List<Integer> replicas;

  @Option(
      names = "--shard-rows",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Images per shard (default: ${DEFAULT-VALUE}).")
  private int shardRows;

  @Option(
      names = "--input-size",
      paramLabel = "PIXELS",
      defaultValue = "32",
      description =
          "Height and width of the surrogate's input, which has 3 channels (default:"
              + " ${DEFAULT-VALUE}).")
  private int inputSize;

  public BenchReplicasCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    ReplicasBench bench =
        new ReplicasBench(
            installation.root(), dataset, surrogate, inputSize, shardRows, terminal.err()::println);
    try (LauncherLog log = common.log()) {
      terminal.json(bench.run(replicas));
      return 0;
    }
  }
}
