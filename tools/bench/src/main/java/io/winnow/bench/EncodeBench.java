package io.winnow.bench;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.spec.DatasetSpecBuilder;
import io.winnow.contracts.spec.SurrogateSpec;
import io.winnow.datasets.Dataset;
import io.winnow.datasets.ImageBatch;
import io.winnow.datasets.ImageShape;
import io.winnow.datasets.source.DatasetSource;
import io.winnow.local.system.ProcessMemory;
import io.winnow.models.surrogate.ClassifierConfig;
import io.winnow.models.surrogate.ClassifierPlan;
import io.winnow.models.surrogate.ClassifierTrainer;
import io.winnow.models.surrogate.InferenceOptions;
import io.winnow.models.surrogate.ShardEncoder;
import io.winnow.models.surrogate.Surrogate;
import io.winnow.models.surrogate.SurrogateInput;
import io.winnow.models.surrogate.Surrogates;
import io.winnow.store.artifact.Manifest;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import io.winnow.torch.optimiser.AdamSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Measures encoding as the encoder service does it: each shard is read from a temporary store,
 * verified and sent through a surrogate.
 *
 * @param images what is encoded
 * @param encoder what encodes it
 * @param warmUp rounds before measuring, at least 1
 * @param rounds measured rounds over all shards, at least 1
 */
public record EncodeBench(Images images, Encoder encoder, int warmUp, int rounds) {
  private static final double NANOS = 1e9;
  private static final long MIB = 1L << 20;

  public EncodeBench {
    if (warmUp < 1 || rounds < 1) {
      throw new InvalidInputException(
          "cannot measure %d rounds after %d warm-up rounds".formatted(rounds, warmUp),
          "give at least 1 of each");
    }
  }

  /**
   * The images of one round.
   *
   * @param dataset a data set to import; null for random pixels
   * @param noise shape of the random pixels
   * @param count minimum number of images; whole shards are encoded
   * @param shardRows images per shard
   */
  public record Images(Path dataset, ImageShape noise, int count, int shardRows) {}

  /**
   * The surrogate.
   *
   * @param file a TorchScript file; null for the classifier that a run would train, untrained
   * @param output {@code METHOD[.ELEMENT]} that returns the features
   * @param inputSize height and width of its input; null for those of the images
   * @param pass batch and precision
   */
  public record Encoder(Path file, String output, Integer inputSize, InferenceOptions pass) {}

  /**
   * The result.
   *
   * @param engine name and version of the engine
   * @param surrogate file name, or {@code classifier}
   * @param dimension features per image
   * @param shape of the images, channels×height×width
   * @param images per round
   * @param secondsPerRound median
   * @param imagesPerSecond of the median round
   * @param fastestImagesPerSecond of the fastest round
   * @param readFraction share of the time spent reading and verifying shards, in [0, 1]
   * @param warmRssMiB resident memory after the warm-up, MiB; null without {@code /proc}
   * @param rssMiB resident memory at the end
   * @param peakRssMiB maximum resident memory of the process, including the import
   */
  public record Report(
      String engine,
      String surrogate,
      int dimension,
      String shape,
      long images,
      int batch,
      String precision,
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

  private record Timing(double secondsPerRound, double fastest, double readFraction) {}

  /**
   * Imports or generates the images, then measures.
   *
   * @throws InvalidInputException the data set, the surrogate or the precision cannot be used
   */
  public Report run(TorchSettings settings) throws IOException {
    try (BenchStore store = BenchStore.open();
        Torch torch = Torch.start(settings)) {
      torch.require(encoder.pass().precision(), "--precision");
      Dataset data = data(store);
      List<Manifest.Entry> shards = shards(data);
      try (Surrogate surrogate = surrogate(torch, data)) {
        for (int round = 0; round < warmUp; round++) {
          round(surrogate, data, shards);
        }
        Optional<ProcessMemory> warm = ProcessMemory.own();
        Timing timing = measure(surrogate, data, shards);
        Optional<ProcessMemory> end = ProcessMemory.own();
        long count = shards.stream().mapToLong(shard -> shard.object().rows()).sum();
        return new Report(
            "winnow, PyTorch " + torch.version(),
            encoder.file() == null ? "classifier" : encoder.file().getFileName().toString(),
            surrogate.dimension(),
            data.shape().toString(),
            count,
            encoder.pass().batch(),
            encoder.pass().precision().name().toLowerCase(Locale.ROOT),
            settings.device(),
            torch.threads(),
            rounds,
            timing.secondsPerRound(),
            count / timing.secondsPerRound(),
            count / timing.fastest(),
            timing.readFraction(),
            warm.map(memory -> memory.resident() / MIB).orElse(null),
            end.map(memory -> memory.resident() / MIB).orElse(null),
            end.map(memory -> memory.peak() / MIB).orElse(null));
      }
    }
  }

  private Dataset data(BenchStore store) throws IOException {
    return images.dataset() == null
        ? store.noise(images.noise(), images.count(), images.shardRows())
        : store.imported(
            DatasetSpecBuilder.builder()
                .source(images.dataset().toString())
                .name("bench")
                .shardRows(images.shardRows())
                .build());
  }

  private List<Manifest.Entry> shards(Dataset data) {
    List<Manifest.Entry> shards = new ArrayList<>();
    long rows = 0;
    for (Manifest.Entry shard : data.shards(DatasetSource.TRAIN)) {
      if (rows < images.count()) {
        shards.add(shard);
        rows += shard.object().rows();
      }
    }
    return shards;
  }

  private Surrogate surrogate(Torch torch, Dataset data) {
    ImageShape shape = data.shape();
    if (encoder.file() != null) {
      int side = encoder.inputSize() == null ? shape.height() : encoder.inputSize();
      SurrogateInput input =
          new SurrogateInput(side, shape.channels(), List.of(), List.of(), encoder.output());
      return Surrogate.torchScript(torch, encoder.file(), input, encoder.pass());
    }
    ClassifierConfig config =
        Surrogates.config(SurrogateSpec.TRAINED, shape, data.classes().size());
    ClassifierPlan plan =
        new ClassifierPlan(config, new AdamSettings(1e-3, 0.9, 0.999, 0, 0, 0, 1, 1, 0), false, 0);
    try (ClassifierTrainer untrained = ClassifierTrainer.create(torch, plan)) {
      return Surrogate.trained(torch, config, untrained.emaWeights(), encoder.pass());
    }
  }

  private Timing measure(Surrogate surrogate, Dataset data, List<Manifest.Entry> shards) {
    double[] seconds = new double[rounds];
    double reading = 0;
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      reading += round(surrogate, data, shards);
      seconds[round] = (System.nanoTime() - start) / NANOS;
    }
    double total = Arrays.stream(seconds).sum();
    Arrays.sort(seconds);
    return new Timing(
        (seconds[(rounds - 1) / 2] + seconds[rounds / 2]) / 2, seconds[0], reading / total);
  }

  /** Returns the seconds spent reading. */
  private static double round(Surrogate surrogate, Dataset data, List<Manifest.Entry> shards) {
    long reading = 0;
    for (Manifest.Entry shard : shards) {
      long start = System.nanoTime();
      ImageBatch images = data.read(shard);
      reading += System.nanoTime() - start;
      ShardEncoder.features(surrogate, images, rows -> {});
    }
    return reading / NANOS;
  }
}
