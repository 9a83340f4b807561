package io.winnow.cli;

import io.winnow.contracts.run.StageRecord;
import io.winnow.local.client.RunSummary;
import io.winnow.local.system.StoreAccess;
import io.winnow.local.text.Tables;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "status", description = "Lists the runs of the home, or the stages of one.")
final class StatusCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(paramLabel = "RUN", arity = "0..1", description = "A run's id; default: all runs.")
  private String run;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  StatusCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    try (LauncherLog log = LauncherLog.open(common.home());
        StoreAccess access = common.store()) {
      if (run == null) {
        list(RunSummary.all(access.store()));
      } else {
        detail(RunSummary.of(access.store(), run));
      }
      return 0;
    }
  }

  private void list(List<RunSummary> runs) {
    if (json) {
      terminal.json(runs);
    } else if (runs.isEmpty()) {
      terminal.out().println("no run yet");
    } else {
      terminal
          .out()
          .println(
              Tables.of(
                  List.of("run", "state", "last stage done", "requested", "Fréchet distance"),
                  runs.stream().map(StatusCommand::row).toList(),
                  false));
    }
  }

  private static List<String> row(RunSummary r) {
    return List.of(
        r.run(),
        r.state().toString(),
        r.lastStage().orElse("-"),
        time(r.requestedAt()),
        r.frechet() == null ? "-" : String.format(Locale.ROOT, "%.2f", r.frechet()));
  }

  private void detail(RunSummary r) {
    if (json) {
      terminal.json(r);
      return;
    }
    terminal.out().println(r.run() + ": " + r.state());
    if (r.problem() != null) {
      terminal.out().println(r.problem());
    }
    terminal
        .out()
        .println(
            Tables.of(
                List.of("stage", "done at", "seconds", "images", "artifact"),
                r.stages().stream().map(StatusCommand::row).toList(),
                false));
  }

  private static List<String> row(StageRecord s) {
    String artifact = s.artifact() == null ? "-" : s.artifact().address();
    return List.of(
        s.stage(),
        time(s.finishedAt()),
        s.cost() == null ? "-" : String.format(Locale.ROOT, "%.1f", s.cost().seconds()),
        s.cost() == null ? "-" : String.format(Locale.ROOT, "%,d", s.cost().images()),
        shortened(artifact) + (s.reused() ? " (reused)" : ""));
  }

  private static String shortened(String address) {
    return address.replaceAll("([0-9a-f]{12})[0-9a-f]{52}", "$1");
  }

  private static String time(Instant at) {
    return at == null ? "-" : TIME.format(at.atZone(ZoneId.systemDefault()));
  }
}
