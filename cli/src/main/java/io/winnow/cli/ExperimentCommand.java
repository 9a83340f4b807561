package io.winnow.cli;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.Experiment;
import io.winnow.contracts.run.Experiment.Member;
import io.winnow.experiments.ExperimentRunner;
import io.winnow.experiments.ExperimentSpec;
import io.winnow.experiments.Findings;
import io.winnow.experiments.Planner;
import io.winnow.experiments.Reporter;
import io.winnow.local.client.Notices;
import io.winnow.local.client.PlainDisplay;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.SpecResolver;
import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.artifact.ExperimentFolder;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.torch.engine.Torch;
import io.winnow.torch.engine.TorchSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "experiment",
    description = {
      "Runs arms × ratios × seeds and writes a report that compares them.",
      "Starts a system where none runs on the home. Stopped in the middle, the same command goes"
          + " on."
    })
final class ExperimentCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Parameters(
      paramLabel = "SPEC.json",
      description = "What to compare, e.g. docs/experiments/fashion-mnist.json.")
  private Path file;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = BudgetConverter.class,
      description =
          "About how long it may take: amounts are made smaller until it fits, and what is not"
              + " through by then is left out (default: as long as it takes).")
  private Duration budget;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      converter = BudgetConverter.class,
      description =
          "When to stop and report what is through, with nothing made smaller before; the same"
              + " command goes on from there.")
  private Duration timeLimit;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Runs at a time, and processes of each service where the command starts them (default:"
              + " ${DEFAULT-VALUE}); more than one make each other's seconds longer.")
  private int parallel;

  @Option(names = "--retry", description = "Try failed and cancelled runs again.")
  private boolean retry;

  @Option(names = "--dry-run", description = "Show the runs, and about how long they take.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print the figures as JSON; progress goes to stderr.")
  private boolean json;

  ExperimentCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    Instant start = Instant.now();
    if (parallel < 1) {
      throw new InvalidInputException("--parallel is " + parallel, "give at least 1");
    }
    Path base = file.toAbsolutePath().getParent();
    Planner planner = new Planner(ExperimentSpec.read(file), base, budget);
    planner.whole();
    try (LauncherLog log = LauncherLog.open(common.home())) {
      if (dryRun) {
        show(planner.plan(() -> measured(planner, base)));
        return 0;
      }
      return run(planner, base, start);
    }
  }

  private Planner.Measured measured(Planner planner, Path base) {
    terminal.talk(json).println("Measuring how fast this machine is …");
    String device = installation.environment().getOrDefault("WINNOW_ENGINE_DEVICE", "cpu");
    try (Torch torch = Torch.start(new TorchSettings(0, device))) {
      Planner.Measured measured = Planner.Measured.of(torch, planner.typical(), base);
      terminal.talk(json).println("In images a second: " + measured.rates().words());
      return measured;
    }
  }

  private int run(Planner planner, Path base, Instant start) throws Exception {
    Home home = common.home();
    PrintStream talk = terminal.talk(json);
    Notices notices = new Notices(talk);
    Optional<Connection> running = common.running();
    if (running.isPresent()) {
      return run(planner, base, start, notices, running.get(), common.trouble());
    }
    talk.println("Starting Kafka, S3 and four services on " + home.directory() + " …");
    try (LocalSystem system =
        LocalSystem.start(
            SystemOptions.of(home, installation.root(), notices).withCopies(parallel))) {
      return run(planner, base, start, notices, system.connection(), Watchdog.of(system));
    }
  }

  private int run(
      Planner planner,
      Path base,
      Instant start,
      Notices notices,
      Connection connection,
      Supplier<Optional<String>> trouble)
      throws Exception {
    PrintStream talk = terminal.talk(json);
    try (MinioObjectStore store = new MinioObjectStore(connection.store());
        RunClient client = new RunClient(connection.kafkaClients(), store)) {
      ExperimentFolder kept = new ExperimentFolder(store, planner.id());
      Experiment experiment =
          kept.plan()
              .orElseGet(() -> kept.plan(planner.plan(() -> measured(planner, base)).experiment()));
      talk.println("Experiment " + experiment.id() + ": " + experiment.runs().size() + " runs.");
      experiment.notes().forEach(talk::println);
      ExperimentRunner runner =
          new ExperimentRunner(
              client,
              store,
              member -> new SpecResolver(store, common.sharedFiles()).resolve(member.spec(), base),
              talk,
              member ->
                  parallel == 1
                      ? terminal.progress(json, notices)
                      : new PlainDisplay(talk, member.run() + " "),
              trouble);
      Instant end =
          Stream.of(budget, timeLimit)
              .filter(Objects::nonNull)
              .min(Comparator.naturalOrder())
              .map(start::plus)
              .orElse(null);
      ExperimentRunner.Outcome outcome = runner.run(experiment, parallel, retry, end);
      if (outcome.reports().isEmpty()) {
        throw new IllegalStateException(
            "no run of " + experiment.id() + " is through: " + outcome.missing());
      }
      show(
          new Reporter(store)
              .write(experiment, outcome, common.home().reports().resolve(experiment.id())));
      return outcome.failed() ? 1 : 0;
    }
  }

  private void show(Reporter.Written written) {
    if (json) {
      terminal.json(written.findings());
      return;
    }
    terminal.out().println();
    terminal.out().println(written.text());
    terminal.out().println("Report: " + written.page());
    terminal.out().println("Tables: " + written.tables());
  }

  private void show(Planner.Plan plan) {
    if (json) {
      terminal.json(plan.experiment());
      return;
    }
    plan.experiment().notes().forEach(terminal.out()::println);
    List<Member> runs = plan.experiment().runs();
    for (Member member : runs) {
      terminal
          .out()
          .printf(
              "%s  %-24s seed %d%n",
              member.run(), Findings.title(member.arm(), member.ratio()), member.seed());
    }
    terminal
        .out()
        .println(
            runs.size()
                + " runs"
                + plan.expected()
                    .map(d -> ", about " + Math.max(1, d.toMinutes()) + " minutes")
                    .orElse(""));
  }
}
