package io.winnow.cli;

import io.winnow.bench.StepBench;
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
      "Times the training step of a preset, on noise, as the trainer takes it.",
      "Runs in this process: no system need be running. The peer in plain PyTorch is"
          + " docs/benchmarks/train_step.py."
    })
final class BenchTrainCommand implements Callable<Integer> {
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
      description = "Images a step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description = "Images at a time, gradients added up (default: all).")
  private Integer microBatch;

  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "3",
      description = "Steps before the clock (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      description = "Steps on the clock (default: ${DEFAULT-VALUE}).")
  private int steps;

  /**
   * What is printed.
   *
   * @param secondsPerStep the median
   * @param waitFraction share of the time that steps waited for their batch
   * @param warmRssMiB resident memory after the warm-up, null where there is no {@code /proc}
   * @param rssMiB the same at the end
   * @param peakRssMiB the most it ever was
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

  BenchTrainCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    DenoiserConfig model = architecture.of(preset);
    TrainingPlan plan = TrainingPlans.model(model, training(), 0);
    StepBench bench = new StepBench(plan, batch, warmUp, steps);
    try (LauncherLog log = LauncherLog.open(common.home());
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
    Map<String, Object> said = new TreeMap<>();
    said.put("batch", batch);
    said.put("precision", architecture.precision().name().toLowerCase(Locale.ROOT));
    if (microBatch != null) {
      said.put("microBatch", microBatch);
    }
    return Json.parse(Json.bytes(said), TrainingSpec.class, "the options");
  }
}
