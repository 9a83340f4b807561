package io.winnow.cli.run;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
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
    description = "Prints the cost and the quality of a finished run, and saves its pictures.")
public final class ReportCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(paramLabel = "RUN", description = "Id of the run.")
  private String run;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Folder for the pictures (default: reports/RUN in the home).")
  private Path folder;

  /**
   * What {@code --json} prints.
   *
   * @param coreset null if the coreset has no card
   * @param pictures absolute path by title
   */
  record Printed(RunReport report, Figures coreset, Map<String, String> pictures) {}

  public ReportCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    Home home = common.home();
    try (LauncherLog log = common.log();
        StoreAccess access = common.store()) {
      RunSummary summary = RunSummary.of(access.store(), run);
      RunReport report =
          new RunFolder(access.store(), run).report().orElseThrow(() -> unfinished(summary));
      Path target = folder != null ? folder : home.reports().resolve(run);
      Optional<StoredCoreset> stored = StoredCoreset.of(access.store(), report);
      Figures coreset = stored.flatMap(StoredCoreset::card).map(CoresetCard::all).orElse(null);
      Printed printed =
          new Printed(report, coreset, Pictures.save(access.store(), report, stored, target));
      output.print(printed, out -> print(printed, out));
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
              "check its progress with \"winnow status " + summary.run() + "\"");
    };
  }

  private static void print(Printed printed, PrintStream out) {
    RunReport report = printed.report();
    String name = report.run().spec().name();
    out.println(
        ReportText.table(
            Map.of(name, report),
            printed.coreset() == null ? Map.of() : Map.of(name, printed.coreset())));
    out.println(ReportText.footnote(report));
    if (printed.coreset() != null) {
      out.println(ReportText.coresetFootnote());
    }
    String curve = ReportText.curve(report);
    if (!curve.isEmpty()) {
      out.println();
      out.println("Quality during training:");
      out.println(curve);
    }
    String reused = ReportText.reused(report);
    out.println("Reused (seconds in parentheses): " + (reused.isEmpty() ? "nothing" : reused));
    out.println();
    out.println("Class weights (mean 1):");
    out.print(ReportText.weights(report));
    out.println();
    printed.pictures().forEach((title, file) -> out.println(title + ": " + file));
  }
}
