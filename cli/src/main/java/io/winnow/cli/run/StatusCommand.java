package io.winnow.cli.run;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.cli.common.Timestamps;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Shown;
import io.winnow.contracts.run.RunStatus;
import io.winnow.contracts.run.StageRecord;
import io.winnow.local.client.RunSummary;
import io.winnow.local.client.WaitingJobs;
import io.winnow.local.system.StoreAccess;
import io.winnow.local.text.ShortDigests;
import io.winnow.local.text.Tables;
import io.winnow.store.artifact.RunFolder;
import io.winnow.store.object.ObjectStore;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "status", description = "Lists the last runs, or the finished stages of one run.")
public final class StatusCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "Id of a run (default: list the last runs).")
  private String run;

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "50",
      description = "List at most the N newest runs (default: ${DEFAULT-VALUE}).")
  private int last;

  public StatusCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = common.log();
        StoreAccess access = common.store()) {
      if (run == null) {
        list(access.store());
      } else {
        RunSummary summary = RunSummary.of(access.store(), run);
        output.print(summary, out -> print(summary, out));
        noteUnfinished(summary.state() == RunStatus.RUNNING ? Set.of(run) : Set.of());
      }
      return 0;
    }
  }

  private void list(ObjectStore store) {
    if (last < 1) {
      throw new InvalidInputException("--last " + last + " lists no run", "give at least 1");
    }
    Map<String, RunStatus> statuses = RunFolder.statuses(store);
    List<RunSummary> runs = RunSummary.last(store, statuses.keySet(), last);
    output.print(runs, out -> print(runs, out));
    int older = statuses.size() - runs.size();
    if (older > 0) {
      output
          .log()
          .println(
              "%d older runs are not listed: use \"winnow status --last %d\" for all."
                  .formatted(older, statuses.size()));
    }
    noteUnfinished(
        statuses.keySet().stream()
            .filter(id -> statuses.get(id) == RunStatus.RUNNING)
            .collect(Collectors.toSet()));
  }

  private void noteUnfinished(Set<String> unfinished) {
    if (!unfinished.isEmpty()) {
      noteWaiting(unfinished);
      noteIfStopped();
    }
  }

  /** Says what unfinished runs wait for. */
  private void noteWaiting(Set<String> unfinished) {
    common
        .running()
        .ifPresent(
            system ->
                WaitingJobs.of(system.services().values()).stream()
                    .filter(job -> unfinished.contains(job.run()))
                    .forEach(job -> output.log().println(job.line())));
  }

  /** Says that unfinished runs make no progress, if no system is running. */
  private void noteIfStopped() {
    if (common.running().isEmpty()) {
      output
          .log()
          .println(
              "No system is running on "
                  + common.home().directory()
                  + ": unfinished runs resume with \"winnow up\".");
    }
  }

  private static void print(List<RunSummary> runs, PrintStream out) {
    out.println(
        runs.isEmpty()
            ? "no runs yet"
            : Tables.of(
                List.of("run", "status", "last stage", "requested", "Fréchet distance"),
                runs.stream().map(StatusCommand::row).toList(),
                false));
    runs.forEach(run -> printDamaged(run, out));
  }

  private static void printDamaged(RunSummary run, PrintStream out) {
    run.damaged().forEach(record -> out.println(Shown.line("cannot be read: " + record)));
  }

  private static List<String> row(RunSummary run) {
    return List.of(
        run.run(),
        run.state().toString(),
        run.lastStage().orElse("-"),
        Timestamps.text(run.requestedAt()),
        run.frechet() == null ? "-" : String.format(Locale.ROOT, "%.2f", run.frechet()));
  }

  private static void print(RunSummary run, PrintStream out) {
    out.println(Shown.of(run.run()) + ": " + run.state());
    if (run.problem() != null) {
      out.println(Shown.line(run.problem()));
    }
    printDamaged(run, out);
    out.println(
        Tables.of(
            List.of("stage", "finished", "seconds", "images", "artifact"),
            run.stages().stream().map(StatusCommand::row).toList(),
            false));
  }

  private static List<String> row(StageRecord stage) {
    String artifact = stage.artifact() == null ? "-" : ShortDigests.in(stage.artifact().address());
    return List.of(
        stage.stage(),
        Timestamps.text(stage.finishedAt()),
        stage.cost() == null ? "-" : String.format(Locale.ROOT, "%.1f", stage.cost().seconds()),
        stage.cost() == null ? "-" : String.format(Locale.ROOT, "%,d", stage.cost().images()),
        artifact + (stage.reused() ? " (reused)" : ""));
  }
}
