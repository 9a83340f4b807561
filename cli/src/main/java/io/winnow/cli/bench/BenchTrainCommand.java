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
import io.winnow.local.system.ProcessMemory;
import io.winnow.models.architecture.DenoiserConfig;
import io.winnow.models.train.TrainingPlan;
import io.winnow.models.train.TrainingPlans;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.kernel.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
  private static final long MIB = 1L << 20;

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

  /**
   * The result.
   *
   * @param parameters trainable parameters
   * @param secondsPerStep median step time
   * @param waitFraction share of the time that steps waited for their batch, in [0, 1]
   * @param warmRssMiB resident memory after the warm-up, MiB; null without {@code /proc}
   * @param rssMiB resident memory at the end
   * @param peakRssMiB maximum resident memory of the process
   */
  record Printed(
      String engine,
      String model,
      long parameters,
      int batch,
      Precision precision,
      String device,
      int threads,
      int steps,
      double secondsPerStep,
      double fastestStep,
      double imagesPerSecond,
      double waitFraction,
      Long warmRssMiB,
      Long rssMiB,
      Long peakRssMiB) {}

  public BenchTrainCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    DenoiserConfig model = architecture.of(preset);
    TrainingPlan plan = TrainingPlans.model(model, training(), 0);
    StepBench bench = new StepBench(plan, batch, warmUp, steps);
    try (LauncherLog log = common.log();
        Torch torch = Torch.start(engine.settings())) {
      List<Optional<ProcessMemory>> warm = new ArrayList<>();
      StepBench.Timing timing = bench.run(torch, () -> warm.add(ProcessMemory.own()));
      terminal.json(
          new Printed(
              "winnow, PyTorch " + torch.version(),
              preset,
              model.parameters().size(),
              batch,
              architecture.precision(),
              engine.device(),
              torch.threads(),
              steps,
              timing.secondsPerStep(),
              timing.fastest(),
              batch / timing.secondsPerStep(),
              timing.waitFraction(),
              warm.get(0).map(m -> m.resident() / MIB).orElse(null),
              ProcessMemory.own().map(m -> m.resident() / MIB).orElse(null),
              ProcessMemory.own().map(m -> m.peak() / MIB).orElse(null)));
    }
    return 0;
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
