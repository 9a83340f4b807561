package io.winnow.cli;

import io.winnow.bench.SelectBench;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.SelectionSpec;
import io.winnow.contracts.spec.SurrogateSpec.FeatureType;
import io.winnow.local.system.FileTree;
import io.winnow.local.system.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "select",
    description = {
      "Times a selection over drawn features on disk, as the selector makes one.",
      "Runs in a process of its own, whose peak memory is told: no system need be running. The peer"
          + " in NumPy and SciPy is docs/benchmarks/select_peer.py."
    })
final class BenchSelectCommand implements Callable<Integer> {
  private static final int LEAST_HEAP_MIB = 512;

  private final Terminal terminal;
  private final Installation installation;

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
      description = "Rows of features (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--dimension",
      paramLabel = "D",
      defaultValue = "2048",
      description = "Features a row (default: ${DEFAULT-VALUE}).")
  private int dimension;

  @Option(
      names = "--classes",
      paramLabel = "C",
      defaultValue = "10",
      description = "Classes that rows are drawn from (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--ratio",
      paramLabel = "R",
      defaultValue = "0.25",
      description = "Share of each class that is kept (default: ${DEFAULT-VALUE}).")
  private double ratio;

  @Option(
      names = "--features",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "float32 or float16, how features are stored (default: ${DEFAULT-VALUE}).")
  private FeatureType features;

  @Option(
      names = "--memory-mib",
      paramLabel = "MIB",
      defaultValue = "1024",
      description = "selection.memoryMiB; the heap is twice as large (default: ${DEFAULT-VALUE}).")
  private int memoryMiB;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads of an operation; 0: one a core (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "What features are drawn from (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep the features there, and use those that are there already.")
  private Path keep;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write indices and scores there, as safetensors.")
  private Path out;

  BenchSelectCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
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
    Path result = Files.createTempFile("winnow-bench", ".json");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command(folder, result))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().putAll(Service.SELECTOR.nativeMemory());
      Process process = builder.start();
      int code = process.waitFor();
      terminal.out().print(Files.readString(result));
      return code;
    } finally {
      Files.deleteIfExists(result);
    }
  }

  private List<String> command(Path folder, Path result) {
    String options = new String(Json.bytes(options(folder)), StandardCharsets.UTF_8);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xms48m");
    command.add("-Xmx" + Math.max(LEAST_HEAP_MIB, 3L * memoryMiB / 2) + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(SelectBench.class.getName());
    command.add(options);
    command.add(result.toString());
    return command;
  }

  private Map<String, Object> options(Path folder) {
    Map<String, Object> selection =
        Map.of("criterion", criterion, "ratio", ratio, "memoryMiB", memoryMiB);
    Map<String, Object> said = new TreeMap<>();
    // read here already, so that a mistake is told in this process
    said.put("selection", Json.parse(Json.bytes(selection), SelectionSpec.class, "the options"));
    said.put("rows", rows);
    said.put("dimension", dimension);
    said.put("classes", classes);
    said.put("features", features);
    said.put("threads", threads);
    said.put("seed", seed);
    said.put("folder", folder.toString());
    if (out != null) {
      said.put("out", out.toAbsolutePath().toString());
    }
    return said;
  }
}
