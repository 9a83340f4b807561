package io.winnow.cli.bench;

import io.winnow.bench.StepBench;
import io.winnow.cli.common.ArchitectureOptions;
import io.winnow.cli.common.EngineOptions;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.Json;
import io.winnow.contracts.spec.TrainingSpec;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.train.TrainingPlan;
import io.winnow.models.train.TrainingPlans;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    description = {
      "Measures the training step of a preset on random images, as the trainer service performs it.",
      "Runs in this process; no running system is needed. The same in plain PyTorch:"
          + " docs/benchmarks/train_step.py."
    })
public final class BenchTrainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Mixin private final ArchitectureOptions architecture = new ArchitectureOptions();

  @Option(
      names = "--model",
      paramLabel = "PRESET",
      defaultValue = "ddpm-small",
      description = "A model preset, e.g. ddpm-small or dit-s/2 (default: ${DEFAULT-VALUE}).")
  private String preset;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Images per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description =
          "Images per forward and backward pass; gradients accumulate (default: --batch).")
  private Integer microBatch;

  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "3",
      description = "Steps before measuring (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      description = "Measured steps (default: ${DEFAULT-VALUE}).")
  private int steps;

  public BenchTrainCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    DenoiserConfig model = architecture.of(preset);
    TrainingPlan plan = TrainingPlans.model(model, training(), 0);
    StepBench bench = new StepBench(plan, batch, warmUp, steps);
    try (LauncherLog log = common.log()) {
      terminal.json(bench.report(engine.settings(), preset));
      return 0;
    }
  }

  private TrainingSpec training() {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("batch", batch);
    settings.put("precision", architecture.precision().name().toLowerCase(Locale.ROOT));
    if (microBatch != null) {
      settings.put("microBatch", microBatch);
    }
    return Json.parse(Json.bytes(settings), TrainingSpec.class, "the options");
  }
}
