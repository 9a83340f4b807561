package io.winnow.cli;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.RunReport;
import io.winnow.local.client.CoresetCard;
import io.winnow.local.client.CoresetCard.Figures;
import io.winnow.local.client.Pictures;
import io.winnow.local.client.ReportText;
import io.winnow.local.client.RunEndedException;
import io.winnow.local.client.RunSummary;
import io.winnow.local.client.StoredCoreset;
import io.winnow.local.system.Home;
import io.winnow.local.system.StoreAccess;
import io.winnow.store.artifact.RunFolder;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    description = "Shows what a finished run cost and gained, and saves its pictures.")
final class ReportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(paramLabel = "RUN", description = "A run's id.")
  private String run;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Where pictures go (default: reports/RUN in the home).")
  private Path output;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** What {@code --json} prints; {@code coreset} is left out where it has no card. */
  record Printed(RunReport report, Figures coreset, Map<String, String> pictures) {}

  ReportCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    Home home = common.home();
    try (LauncherLog log = LauncherLog.open(home);
        StoreAccess access = common.store()) {
      RunSummary summary = RunSummary.of(access.store(), run);
      RunReport report =
          new RunFolder(access.store(), run).report().orElseThrow(() -> unfinished(summary));
      Path folder = output != null ? output : home.reports().resolve(run);
      Optional<StoredCoreset> stored = StoredCoreset.of(access.store(), report);
      Figures coreset = stored.flatMap(StoredCoreset::card).map(CoresetCard::all).orElse(null);
      show(report, coreset, Pictures.save(access.store(), report, stored, folder));
      return 0;
    }
  }

  private static RuntimeException unfinished(RunSummary summary) {
    return switch (summary.state()) {
      case FAILED ->
          new RunEndedException("run " + summary.run() + " failed in " + summary.problem());
      case CANCELLED -> new RunEndedException("run " + summary.run() + " was cancelled");
      default ->
          new InvalidInputException(
              "run " + summary.run() + " has no report yet",
              "see how far it is with \"winnow status " + summary.run() + "\"");
    };
  }

  private void show(RunReport report, Figures coreset, Map<String, String> pictures) {
    if (json) {
      terminal.json(new Printed(report, coreset, pictures));
      return;
    }
    PrintStream out = terminal.out();
    String name = report.run().spec().name();
    out.println(
        ReportText.table(Map.of(name, report), coreset == null ? Map.of() : Map.of(name, coreset)));
    out.println(ReportText.footnote(report));
    if (coreset != null) {
      out.println(ReportText.coresetFootnote());
    }
    String curve = ReportText.curve(report);
    if (!curve.isEmpty()) {
      out.println();
      out.println("Along the training:");
      out.println(curve);
    }
    String reused = ReportText.reused(report);
    out.println("Reused (seconds in parentheses): " + (reused.isEmpty() ? "nothing" : reused));
    out.println();
    out.println("Class weights (mean 1):");
    out.print(ReportText.weights(report));
    out.println();
    pictures.forEach((title, file) -> out.println(title + ": " + file));
  }
}
