package io.winnow.cli;

import io.winnow.chaos.Flood;
import io.winnow.store.local.FileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "flood",
    description = {
      "Asks a system of its own for thousands of runs at once, and says what became of each.",
      "Exit code 1 when one is nowhere, or a service did not stay up."
    })
final class BenchFloodCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--at-most",
      paramLabel = "TIME",
      defaultValue = "30m",
      converter = BudgetConverter.class,
      description = "Look after so long, if not all are over before (default: ${DEFAULT-VALUE}).")
  private Duration atMost;

  BenchFloodCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = LauncherLog.open(common.home())) {
      Path folder = Files.createTempDirectory("winnow-flood");
      try {
        Flood.Result result =
            new Flood(installation.root(), folder, terminal.err()).run(requests, atMost);
        terminal.json(result);
        return result.accounted() ? 0 : 1;
      } finally {
        FileTree.delete(folder);
      }
    }
  }
}
