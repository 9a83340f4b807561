package io.winnow.cli.bench;

import io.winnow.bench.EncodeBench;
import io.winnow.cli.common.EncodingOptions;
import io.winnow.cli.common.EngineOptions;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Terminal;
import io.winnow.datasets.ImageShape;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "encode",
    description = {
      "Measures encoding as the encoder service does it: reading, verifying and encoding shards.",
      "Runs in this process; no running system is needed. The same in plain PyTorch:"
          + " docs/benchmarks/encode.py."
    })
public final class BenchEncodeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Option(
      names = "--surrogate",
      paramLabel = "FILE",
      description =
          "TorchScript file of the surrogate (default: the classifier that a run would train,"
              + " untrained).")
  private Path surrogate;

  @Option(
      names = "--output",
      paramLabel = "METHOD[.ELEMENT]",
      defaultValue = "forward",
      description = "Method that returns the features (default: ${DEFAULT-VALUE}).")
  private String output;

  @Option(
      names = "--input-size",
      paramLabel = "PIXELS",
      description = "Height and width of the surrogate's input (default: those of the images).")
  private Integer inputSize;

  @Option(
      names = "--dataset",
      paramLabel = "PATH",
      description =
          "Data set of which to encode the first --images training images (default: random pixels).")
  private Path dataset;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      defaultValue = "32",
      description = "Height and width of random images (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--channels",
      paramLabel = "N",
      defaultValue = "3",
      description = "Channels of random images (default: ${DEFAULT-VALUE}).")
  private int channels;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "4000",
      description = "Images per round, rounded up to whole shards (default: ${DEFAULT-VALUE}).")
  private int images;

  @Option(
      names = "--shard-rows",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Images per shard (default: ${DEFAULT-VALUE}).")
  private int shardRows;

  @Mixin private final EncodingOptions encoding = new EncodingOptions();

  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "1",
      description = "Rounds before measuring (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measured rounds (default: ${DEFAULT-VALUE}).")
  private int rounds;

  public BenchEncodeCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    EncodeBench bench =
        new EncodeBench(
            new EncodeBench.Images(
                dataset, new ImageShape(channels, size, size), images, shardRows),
            new EncodeBench.Encoder(surrogate, output, inputSize, encoding.pass()),
            warmUp,
            rounds);
    try (LauncherLog log = common.log()) {
      terminal.json(bench.run(engine.settings()));
      return 0;
    }
  }
}
