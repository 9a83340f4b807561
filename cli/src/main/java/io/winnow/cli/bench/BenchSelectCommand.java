package io.winnow.cli.bench;

import io.winnow.bench.SelectBench;
import io.winnow.bench.SelectBenchProcess;
import io.winnow.cli.common.CriterionNames;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.Terminal;
import io.winnow.cli.common.ThreadsOption;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.store.local.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "select",
    description = {
      "Measures a selection over random features on disk, as the selector service performs it.",
      "Runs in a separate process and reports its peak memory; no running system is needed. The"
          + " same in NumPy and SciPy: docs/benchmarks/select_peer.py."
    })
public final class BenchSelectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Option(
      names = "--criterion",
      paramLabel = "NAME",
      defaultValue = "gaussian",
      converter = CriterionNames.Converter.class,
      completionCandidates = CriterionNames.WithoutLosses.class,
      description = "One of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String criterion;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "50000",
      description = "Number of rows (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--dimension",
      paramLabel = "D",
      defaultValue = "2048",
      description = "Features per row (default: ${DEFAULT-VALUE}).")
  private int dimension;

  @Option(
      names = "--classes",
      paramLabel = "C",
      defaultValue = "10",
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--ratio",
      paramLabel = "R",
      defaultValue = "0.25",
      description = "Share of each class to keep (default: ${DEFAULT-VALUE}).")
  private double ratio;

  @Option(
      names = "--features",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "Type of the stored features: float32 or float16 (default: ${DEFAULT-VALUE}).")
  private FeatureType features;

  @Option(
      names = "--memory-mib",
      paramLabel = "MIB",
      defaultValue = "1024",
      description =
          "selection.memoryMiB; the Java heap is 1.5 times as large (default: ${DEFAULT-VALUE}).")
  private int memoryMiB;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Random seed of the features (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Folder to keep the features in; existing ones are reused (default: none).")
  private Path keep;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Safetensors file to write indices and scores to (default: none).")
  private Path out;

  public BenchSelectCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    Path folder =
        keep == null ? Files.createTempDirectory("winnow-bench") : Files.createDirectories(keep);
    try {
      return run(folder.toAbsolutePath());
    } finally {
      if (keep == null) {
        FileTree.delete(folder);
      }
    }
  }

  private int run(Path folder) throws IOException, InterruptedException {
    Map<String, Object> selection =
        Map.of("criterion", criterion, "ratio", ratio, "memoryMiB", memoryMiB);
    SelectBenchProcess.Result result =
        SelectBenchProcess.run(
            new SelectBench.Options(
                Json.parse(Json.bytes(selection), SelectionSpec.class, "the options"),
                rows,
                dimension,
                classes,
                features,
                threads.count(),
                seed,
                folder.toString(),
                out == null ? null : out.toAbsolutePath().toString()));
    terminal.out().print(result.json());
    return result.exitCode();
  }
}
