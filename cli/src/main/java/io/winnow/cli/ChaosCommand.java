package io.winnow.cli;

import io.winnow.chaos.Chaos;
import io.winnow.chaos.ChaosReport;
import io.winnow.chaos.ChaosReport.Resources;
import io.winnow.store.local.FileTree;
import io.winnow.local.text.Tables;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "chaos",
    description = {
      "Injects faults into a system of its own while it works, and compares every byte of what it"
          + " makes with what it makes undisturbed.",
      "Services are killed, told to stop and paused; Kafka and the store go away and come back;"
          + " the store is slow and breaks off; events come twice and out of order."
    })
final class ChaosCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "Go on until so many services were killed (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--copies",
      paramLabel = "N",
      defaultValue = "2",
      description = "Processes of each service (default: ${DEFAULT-VALUE}).")
  private int copies;

  @Option(
      names = "--at-least",
      paramLabel = "TIME",
      defaultValue = "0s",
      converter = BudgetConverter.class,
      description = "Go on for so long at least (default: ${DEFAULT-VALUE}).")
  private Duration atLeast;

  @Option(
      names = "--at-most",
      paramLabel = "TIME",
      defaultValue = "2h",
      converter = BudgetConverter.class,
      description = "Begin no run after so long (default: ${DEFAULT-VALUE}).")
  private Duration atMost;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of what is drawn: faults, services, moments (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--json", description = "Print JSON; what happens goes to stderr.")
  private boolean json;

  ChaosCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    PrintStream talk = terminal.talk(json);
    try (LauncherLog log = LauncherLog.open(common.home())) {
      Path folder = Files.createTempDirectory("winnow-chaos");
      ChaosReport report =
          new Chaos(
                  new Chaos.Options(
                      installation.root(), folder, copies, kills, atLeast, atMost, seed),
                  talk)
              .run();
      if (json) {
        terminal.json(report);
      } else {
        print(report);
      }
      if (!report.well()) {
        talk.println("Logs and objects are in " + folder);
        return 1;
      }
      FileTree.delete(folder);
      return 0;
    }
  }

  private void print(ChaosReport report) {
    PrintStream out = terminal.out();
    out.println(Tables.of(List.of("fault", "times", "median s", "worst s"), report.table(), true));
    out.printf(
        Locale.ROOT,
        "%d runs, %d failed; killed: %s%n",
        report.runs(),
        report.failed().size(),
        String.join(", ", report.kills()));
    out.printf(
        Locale.ROOT,
        "differing objects %d, lost events %d, events of what is not there %d, dead letters %d%n",
        report.differing().size(),
        report.lost().size(),
        report.groundless().size(),
        report.deadLetters());
    report.failed().forEach(out::println);
    report.differing().forEach(out::println);
    report.lost().forEach(out::println);
    report.groundless().forEach(out::println);
    if (!report.resources().isEmpty()) {
      List<Resources> all = report.resources();
      out.println("first: " + all.get(0) + ", last: " + all.get(all.size() - 1));
    }
  }
}
