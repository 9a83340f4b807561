package io.winnow.cli.bench;

import io.winnow.cli.common.EngineOptions;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Terminal;
import io.winnow.models.parity.Parity;
import io.winnow.torch.engine.Torch;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "parity",
    description = {
      "Compares Winnow's computations with those that a file records, e.g. of your own Python code,"
          + " and prints JSON: for each output, gradient and loss the greatest absolute difference,"
          + " and whether it passes.",
      "Exits with 1 when one does not. The format of the file is described in docs/benchmarks.",
      "Runs in this process: no system need be running."
    })
public final class BenchParityCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(
      paramLabel = "FILE.json",
      description =
          "The record; its tensors are in the safetensors files that it names, beside it.")
  private Path file;

  @Mixin private final EngineOptions engine = new EngineOptions();

  public BenchParityCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = common.log();
        Torch torch = Torch.start(engine.settings())) {
      Parity.Report report = Parity.of(torch, file);
      terminal.json(report);
      return report.pass() ? 0 : 1;
    }
  }
}
