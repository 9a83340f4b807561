package io.winnow.cli;

import io.winnow.bench.EncodeBench;
import io.winnow.contracts.spec.DatasetSpec;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.local.system.ProcessMemory;
import io.winnow.models.surrogate.ClassifierConfig;
import io.winnow.models.surrogate.ClassifierPlan;
import io.winnow.models.surrogate.ClassifierTrainer;
import io.winnow.models.surrogate.Pass;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.models.surrogate.Surrogates;
import io.winnow.store.artifact.Manifest;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Precision;
import io.winnow.torch.optimiser.AdamSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "encode",
    description = {
      "Times encoding: shards of a store of its own are read, checked and sent through a surrogate,"
          + " as the encoder does it.",
      "Runs in this process: no system need be running. The peer in plain PyTorch is"
          + " docs/benchmarks/encode.py."
    })
final class BenchEncodeCommand implements Callable<Integer> {
  private static final long MIB = 1L << 20;

  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Option(
      names = "--surrogate",
      paramLabel = "FILE",
      description =
          "A TorchScript file (default: the classifier that a run would train, untrained).")
  private Path surrogate;

  @Option(
      names = "--output",
      paramLabel = "METHOD[.ELEMENT]",
      defaultValue = "forward",
      description = "What gives the features (default: ${DEFAULT-VALUE}).")
  private String output;

  @Option(
      names = "--input-size",
      paramLabel = "PIXELS",
      description = "What the surrogate wants to see (default: the images' own).")
  private Integer inputSize;

  @Option(
      names = "--dataset",
      paramLabel = "PATH",
      description = "A data set; its first --images training images (default: noise).")
  private Path dataset;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      defaultValue = "32",
      description = "Of the noise (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--channels",
      paramLabel = "N",
      defaultValue = "3",
      description = "Of the noise (default: ${DEFAULT-VALUE}).")
  private int channels;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "4000",
      description = "Images a round, in whole shards (default: ${DEFAULT-VALUE}).")
  private int images;

  @Option(
      names = "--shard-rows",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Images a shard (default: ${DEFAULT-VALUE}).")
  private int shardRows;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "100",
      description = "Images at a time (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      description = "float32 or bf16 (default: ${DEFAULT-VALUE}).")
  private Precision precision;

  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "1",
      description = "Rounds before the clock (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds on the clock (default: ${DEFAULT-VALUE}).")
  private int rounds;

  /**
   * What is printed.
   *
   * @param imagesPerSecond of the median round
   * @param readFraction share of the time that went into reading and checking shards
   * @param warmRssMiB resident memory after the warm-up, null where there is no {@code /proc}
   * @param rssMiB the same at the end
   * @param peakRssMiB the most it ever was, the making of the data set included
   */
  record Printed(
      String engine,
      String surrogate,
      int dimension,
      String shape,
      long images,
      int batch,
      Precision precision,
      String device,
      int threads,
      int rounds,
      double secondsPerRound,
      double imagesPerSecond,
      double fastestImagesPerSecond,
      double readFraction,
      Long warmRssMiB,
      Long rssMiB,
      Long peakRssMiB) {}

  BenchEncodeCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    EncodeBench bench = new EncodeBench(warmUp, rounds);
    Pass pass = new Pass(batch, precision);
    try (LauncherLog log = LauncherLog.open(common.home());
        BenchStore store = BenchStore.open();
        Torch torch = Torch.start(engine.settings())) {
      torch.require(precision, "--precision");
      Dataset data = data(store);
      try (Surrogate encoder = encoder(torch, data, pass)) {
        List<Optional<ProcessMemory>> warm = new ArrayList<>();
        EncodeBench.Timing timing =
            bench.run(encoder, data, shards(data), () -> warm.add(ProcessMemory.own()));
        terminal.json(
            new Printed(
                "winnow, PyTorch " + torch.version(),
                surrogate == null ? "classifier" : surrogate.getFileName().toString(),
                encoder.dimension(),
                data.shape().toString(),
                timing.images(),
                batch,
                precision,
                engine.device(),
                torch.threads(),
                rounds,
                timing.secondsPerRound(),
                timing.images() / timing.secondsPerRound(),
                timing.images() / timing.fastest(),
                timing.readFraction(),
                warm.get(0).map(m -> m.resident() / MIB).orElse(null),
                ProcessMemory.own().map(m -> m.resident() / MIB).orElse(null),
                ProcessMemory.own().map(m -> m.peak() / MIB).orElse(null)));
      }
    }
    return 0;
  }

  private Dataset data(BenchStore store) throws Exception {
    return dataset == null
        ? store.noise(new ImageShape(channels, size, size), images, shardRows)
        : store.imported(
            new DatasetSpec(dataset.toString(), "bench", null, null, shardRows, null, null, null));
  }

  private List<Manifest.Entry> shards(Dataset data) {
    List<Manifest.Entry> some = new ArrayList<>();
    long rows = 0;
    for (Manifest.Entry shard : data.shards(DatasetSource.TRAIN)) {
      if (rows < images) {
        some.add(shard);
        rows += shard.object().rows();
      }
    }
    return some;
  }

  private Surrogate encoder(Torch torch, Dataset data, Pass pass) {
    ImageShape shape = data.shape();
    if (surrogate != null) {
      int side = inputSize == null ? shape.height() : inputSize;
      SurrogateInput input =
          new SurrogateInput(side, shape.channels(), List.of(), List.of(), output);
      return Surrogate.torchScript(torch, surrogate, input, pass);
    }
    ClassifierConfig config =
        Surrogates.config(SurrogateSpec.TRAINED, shape, data.classes().size());
    ClassifierPlan plan =
        new ClassifierPlan(config, new AdamSettings(1e-3, 0.9, 0.999, 0, 0, 0, 1, 1, 0), false, 0);
    try (ClassifierTrainer untrained = ClassifierTrainer.create(torch, plan)) {
      return Surrogate.trained(torch, config, untrained.emaWeights(), pass);
    }
  }
}
