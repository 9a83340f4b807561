package io.winnow.bench;

import io.winnow.artifacts.features.Features;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.selection.Quota;
import io.winnow.selection.Selection;
import io.winnow.selection.criterion.Criteria;
import io.winnow.selection.criterion.Criterion;
import io.winnow.selection.criterion.Scoring;
import io.winnow.selection.features.FeatureTable;
import io.winnow.selection.features.StoredFeatures;
import io.winnow.store.artifact.ArtifactStore;
import io.winnow.store.tensor.SafeTensors;
import io.winnow.store.tensor.Tensor;
import io.winnow.torch.algebra.Algebra;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Times a selection as the service makes one, over drawn features in a folder, without a system
 * around it. {@code ./winnow bench select} starts it as a process of its own, whose memory is told.
 */
public final class SelectBench {
  private SelectBench() {}

  /**
   * What is measured.
   *
   * @param folder where features are, or are written
   * @param out a safetensors file for {@code indices} and {@code scores}, or null
   */
  record Options(
      SelectionSpec selection,
      int rows,
      int dimension,
      int classes,
      FeatureType features,
      int threads,
      long seed,
      String folder,
      String out) {
    Options {
      if (rows < 1 || dimension < 1 || classes < 1) {
        throw new InvalidInputException(
            "cannot select of %d rows of %d features of %d classes"
                .formatted(rows, dimension, classes),
            "give at least 1 of each");
      }
    }
  }

  /**
   * Seconds.
   *
   * @param read shards read, checked and decoded, in all passes
   * @param score the criterion, without reading
   * @param select ranks
   * @param total of these three
   */
  record Seconds(double read, double score, double select, double total) {}

  /**
   * What is printed.
   *
   * @param folder of the features
   * @param passes rows read by rows that are there
   * @param rowsPerSecond rows by all seconds
   * @param peakRssMiB the most this process had in memory, null where there is no {@code /proc}
   */
  record Printed(
      String engine,
      String criterion,
      int rows,
      int dimension,
      int classes,
      FeatureType features,
      int threads,
      int memoryMiB,
      long seed,
      String folder,
      int kept,
      double passes,
      Seconds seconds,
      double rowsPerSecond,
      Long peakRssMiB) {}

  /**
   * @param arguments {@link Options} as JSON, and the file that gets {@link Printed} as JSON
   */
  public static void main(String[] arguments) throws IOException {
    try {
      byte[] json = arguments[0].getBytes(StandardCharsets.UTF_8);
      Printed printed = run(Json.parse(json, Options.class, "the options"));
      Files.writeString(Path.of(arguments[1]), Json.pretty(printed) + "\n");
    } catch (InvalidInputException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  static Printed run(Options options) throws IOException {
    Path folder = Path.of(options.folder());
    Features features =
        new SyntheticFeatures(
                options.rows(),
                options.dimension(),
                options.classes(),
                options.features(),
                options.seed())
            .in(new ArtifactStore(new FolderStore(folder)));
    try (Torch torch = Torch.start(new TorchSettings(options.threads(), "cpu"))) {
      Algebra algebra = new Algebra(torch);
      TimedTable table =
          new TimedTable(
              new StoredFeatures(
                  features, SyntheticFeatures.SPLIT, done -> {}, System.err::println));
      SelectionSpec spec = options.selection();
      long start = System.nanoTime();
      int[] labels = table.labels();
      Quota quota =
          Quota.of(
              spec,
              Stream.generate(() -> "").limit(table.classes()).toList(),
              counts(table, labels));
      Criterion criterion = Criteria.of(spec.criterion());
      double[] scores =
          criterion.scores(
              table, Scoring.of(spec, quota.ofGroups(spec.scope()), options.seed(), algebra));
      long scored = System.nanoTime();
      Selection selection = Selection.of(scores, labels, quota, spec.scope(), criterion.order());
      long end = System.nanoTime();
      write(options, selection, scores);
      double total = (end - start) / 1e9;
      double select = (end - scored) / 1e9;
      return new Printed(
          "winnow, PyTorch " + torch.version(),
          spec.criterion(),
          options.rows(),
          options.dimension(),
          options.classes(),
          options.features(),
          torch.threads(),
          spec.memoryMiB(),
          options.seed(),
          folder.resolve(features.artifact().ref().address()).toString(),
          selection.indices().length,
          (double) table.rowsRead() / options.rows(),
          new Seconds(table.seconds(), total - select - table.seconds(), select, total),
          options.rows() / total,
          peakMiB());
    }
  }

  private static int[] counts(FeatureTable table, int[] labels) {
    return Selection.count(labels, table.classes());
  }

  private static void write(Options options, Selection selection, double[] scores) {
    if (options.out() != null) {
      long[] indices = selection.indices();
      SafeTensors.write(
          Path.of(options.out()),
          Map.of(
              "indices", Tensor.of(indices, indices.length),
              "scores", Tensor.of(scores, scores.length)),
          Map.of());
    }
  }

  private static Long peakMiB() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return null;
    }
    try (Stream<String> lines = Files.lines(status, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(null);
    }
  }
}
