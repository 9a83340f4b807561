package io.winnow.bench;

import io.winnow.artifacts.features.Features;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.local.system.ProcessMemory;
import io.winnow.selection.Quota;
import io.winnow.selection.Selection;
import io.winnow.selection.criterion.Criteria;
import io.winnow.selection.criterion.Criterion;
import io.winnow.selection.criterion.Scoring;
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
 * Measures a selection as the selector service performs it, over {@linkplain SyntheticFeatures
 * random features} in a folder, without a running system.
 */
public final class SelectBench {
  private SelectBench() {}

  /**
   * The selection to measure.
   *
   * @param selection criterion, ratio and memory
   * @param rows number of rows, at least 1
   * @param dimension features per row, at least 1
   * @param classes number of classes, at least 1
   * @param features type in which features are stored
   * @param threads of the engine; 0 for one per core
   * @param seed of the features and of the selection
   * @param folder where features are stored; existing ones are reused
   * @param out a safetensors file to write {@code indices} and {@code scores} to, or null
   */
  public record Options(
      SelectionSpec selection,
      int rows,
      int dimension,
      int classes,
      FeatureType features,
      int threads,
      long seed,
      String folder,
      String out) {
    public Options {
      if (rows < 1 || dimension < 1 || classes < 1) {
        throw new InvalidInputException(
            "cannot select from %d rows of %d features in %d classes"
                .formatted(rows, dimension, classes),
            "give at least 1 of each");
      }
    }
  }

  /**
   * Seconds by phase.
   *
   * @param read reading, verifying and decoding shards, in all passes
   * @param score computing scores, without reading
   * @param select ranking
   * @param total sum of these three
   */
  public record Seconds(double read, double score, double select, double total) {}

  /**
   * The result.
   *
   * @param folder where the features are stored
   * @param kept number of selected rows
   * @param passes rows read, relative to the number of rows
   * @param rowsPerSecond rows divided by the total seconds
   * @param peakRssMiB maximum resident memory of this process, MiB; null without {@code /proc}
   */
  public record Printed(
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
   * Entry point of the process; exits with code 2 on invalid input.
   *
   * @param arguments {@link Options} as JSON, and the file to write {@link Printed} to as JSON
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
              Selection.count(labels, table.classes()));
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
          ProcessMemory.own().map(memory -> memory.peak() >> 20).orElse(null));
    }
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
}
