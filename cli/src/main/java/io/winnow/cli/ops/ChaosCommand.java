package io.winnow.cli.ops;

import io.winnow.chaos.Chaos;
import io.winnow.chaos.ChaosReport;
import io.winnow.chaos.ChaosReport.Resources;
import io.winnow.chaos.TrialKind;
import io.winnow.cli.common.DurationConverter;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.local.text.Tables;
import io.winnow.store.local.FileTree;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "chaos",
    description = {
      "Starts a separate system, injects faults into it, and compares every byte that its runs"
          + " produce with an undisturbed run.",
      "Faults: services are killed, stopped and paused; Kafka and the store are restarted; the"
          + " store is slow or drops connections; events arrive twice and out of order.",
      "Trials at the end: a job that runs out of memory, a script that never ends, poison events,"
          + " long outages of Kafka and the store, a full disk."
    })
public final class ChaosCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Continue until this many services have been killed (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "2",
      description = "Replicas of each service (default: ${DEFAULT-VALUE}).")
  private int replicas;

  @Option(
      names = "--at-least",
      paramLabel = "TIME",
      defaultValue = "0s",
      converter = DurationConverter.class,
      description = "Minimum duration (default: ${DEFAULT-VALUE}).")
  private Duration atLeast;

  @Option(
      names = "--at-most",
      paramLabel = "TIME",
      defaultValue = "2h",
      converter = DurationConverter.class,
      description = "Start no further run after this time (default: ${DEFAULT-VALUE}).")
  private Duration atMost;

  @Option(
      names = "--trials",
      paramLabel = "NAME",
      split = ",",
      description =
          "Trials at the end, separated by commas, of ${COMPLETION-CANDIDATES} (default: all, which"
              + " take about 20 minutes).")
  private Set<TrialKind> trials = EnumSet.allOf(TrialKind.class);

  @Option(names = "--no-trials", description = "Leave out the trials at the end.")
  private boolean noTrials;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Random seed of faults, services and times (default: ${DEFAULT-VALUE}).")
  private long seed;

  public ChaosCommand(Terminal terminal, Installation installation) {
    this.installation = installation;
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    PrintStream log = output.log();
    try (LauncherLog launcherLog = common.log()) {
      Path folder = Files.createTempDirectory("winnow-chaos");
      ChaosReport report =
          new Chaos(
                  new Chaos.Options(
                      installation.root(),
                      folder,
                      replicas,
                      kills,
                      atLeast,
                      atMost,
                      noTrials ? Set.of() : trials,
                      seed),
                  log)
              .run();
      output.print(report, out -> print(report, out));
      if (!report.passed()) {
        log.println("Logs and objects are kept in " + folder);
        return 1;
      }
      FileTree.delete(folder);
      return 0;
    }
  }

  private static void print(ChaosReport report, PrintStream out) {
    out.println(
        Tables.of(
            List.of("fault", "count", "median recovery, s", "max recovery, s"),
            report.table(),
            true));
    out.printf(
        Locale.ROOT,
        "%d runs succeeded, %d failed; services killed: %s%n",
        report.runs(),
        report.failed().size(),
        String.join(", ", report.kills()));
    out.printf(
        Locale.ROOT,
        "differing objects: %d, lost events: %d, dangling events: %d, dead letters: %d%n",
        report.differingObjects().size(),
        report.lostEvents().size(),
        report.danglingEvents().size(),
        report.deadLetters());
    report.failed().forEach(out::println);
    report.differingObjects().forEach(out::println);
    report.lostEvents().forEach(out::println);
    report.danglingEvents().forEach(out::println);
    if (!report.trials().isEmpty()) {
      out.println(
          Tables.of(
              List.of("trial", "seconds", "verdict"),
              report.trials().stream()
                  .map(
                      trial ->
                          List.of(
                              trial.name(),
                              String.format(Locale.ROOT, "%.0f", trial.seconds()),
                              trial.passed() ? "passed" : "FAILED"))
                  .toList(),
              true));
      report
          .trials()
          .forEach(
              trial ->
                  out.println(
                      trial.name() + ": " + trial.verdict() + " (" + trial.observed() + ")"));
    }
    if (!report.resources().isEmpty()) {
      List<Resources> all = report.resources();
      out.println("resources, first: " + all.get(0) + ", last: " + all.get(all.size() - 1));
    }
  }
}
