package io.winnow.cli.bench;

import io.winnow.chaos.Flood;
import io.winnow.cli.common.DurationConverter;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Terminal;
import io.winnow.local.system.FileTree;
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
      "Submits thousands of runs at once to a separate system and reports what became of each.",
      "Exit code 1 if a request was lost or a service did not stay up."
    })
public final class BenchFloodCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Number of runs to submit (default: ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--at-most",
      paramLabel = "TIME",
      defaultValue = "30m",
      converter = DurationConverter.class,
      description =
          "Report after this time, even if runs are unfinished (default: ${DEFAULT-VALUE}).")
  private Duration atMost;

  public BenchFloodCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = common.log()) {
      Path folder = Files.createTempDirectory("winnow-flood");
      try {
        Flood.Result result =
            new Flood(installation.root(), folder, terminal.err()).run(requests, atMost);
        terminal.json(result);
        return result.passed() ? 0 : 1;
      } finally {
        FileTree.delete(folder);
      }
    }
  }
}
