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
      "Compares Winnow's computations with values recorded by another implementation, such as your own"
          + " Python code, and prints JSON: for each output, gradient and loss the greatest absolute"
          + " difference and whether it passes.",
      "Exit code 1 if a value fails. The file format is described in docs/benchmarks.",
      "Runs in this process; no running system is needed."
    })
public final class BenchParityCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(
      paramLabel = "FILE.json",
      description =
          "The recorded values; their tensors are in safetensors files in the same folder.")
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
