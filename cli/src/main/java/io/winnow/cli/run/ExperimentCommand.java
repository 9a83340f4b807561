package io.winnow.cli.run;

import io.winnow.cli.common.DurationConverter;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.cli.common.Watchdog;
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
      "Compares arms × ratios × seeds and writes a report.",
      "Starts a system if none is running on the home. To resume an interrupted experiment, run the"
          + " same command again."
    })
public final class ExperimentCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "SPEC.json",
      description = "The experiment spec, e.g. docs/experiments/fashion-mnist.json.")
  private Path file;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "Approximate duration. The experiment is scaled down to fit, and runs that have not"
              + " finished by then are left out (default: unlimited).")
  private Duration budget;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "Stop after this time and report the finished runs, without scaling down. Run the same"
              + " command again to resume.")
  private Duration timeLimit;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Number of runs in parallel, and of replicas per service if this command starts the system"
              + " (default: ${DEFAULT-VALUE}). Parallel runs slow each other down, so their seconds"
              + " are not comparable.")
  private int parallel;

  @Option(names = "--retry", description = "Repeat failed and cancelled runs.")
  private boolean retry;

  @Option(names = "--dry-run", description = "List the runs; with --budget also estimate the time.")
  private boolean dryRun;

  public ExperimentCommand(Terminal terminal, Installation installation) {
    this.installation = installation;
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
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
    try (LauncherLog log = common.log()) {
      if (dryRun) {
        Planner.Plan plan = planner.plan(() -> measured(planner, base));
        output.print(plan.experiment(), out -> print(plan, out));
        return 0;
      }
      return run(planner, base, start);
    }
  }

  private Planner.Measured measured(Planner planner, Path base) {
    output.log().println("Measuring the throughput of this machine …");
    String device = installation.environment().getOrDefault("WINNOW_ENGINE_DEVICE", "cpu");
    try (Torch torch = Torch.start(new TorchSettings(0, device))) {
      Planner.Measured measured = Planner.Measured.of(torch, planner.typical(), base);
      output.log().println("Images/s: " + measured.rates().describe());
      return measured;
    }
  }

  private int run(Planner planner, Path base, Instant start) throws Exception {
    Home home = common.home();
    Notices notices = new Notices(output.log());
    Optional<Connection> running = common.running();
    if (running.isPresent()) {
      return run(planner, base, start, notices, running.get(), common.abortReason());
    }
    output.log().println("Starting Kafka, S3 and the services on " + home.directory() + " …");
    try (LocalSystem system =
        LocalSystem.start(
            SystemOptions.of(home, installation.root(), notices)
                .withReplicas(parallel)
                .withSources(List.of(planner.dataset())))) {
      return run(planner, base, start, notices, system.connection(), Watchdog.of(system));
    }
  }

  private int run(
      Planner planner,
      Path base,
      Instant start,
      Notices notices,
      Connection connection,
      Supplier<Optional<String>> abortReason)
      throws Exception {
    PrintStream log = output.log();
    try (MinioObjectStore store = new MinioObjectStore(connection.store());
        RunClient client = new RunClient(connection.kafkaClients(), store)) {
      ExperimentFolder folder = new ExperimentFolder(store, planner.id());
      Experiment experiment =
          folder
              .plan()
              .orElseGet(
                  () -> folder.plan(planner.plan(() -> measured(planner, base)).experiment()));
      log.println("Experiment " + experiment.id() + ": " + experiment.runs().size() + " runs.");
      experiment.notes().forEach(log::println);
      ExperimentRunner runner =
          new ExperimentRunner(
              client,
              store,
              member -> new SpecResolver(store, common.sharedFiles()).resolve(member.spec(), base),
              log,
              member ->
                  parallel == 1
                      ? output.progress(notices)
                      : new PlainDisplay(log, member.run() + " "),
              abortReason);
      ExperimentRunner.Outcome outcome = runner.run(experiment, parallel, retry, end(start));
      if (outcome.reports().isEmpty()) {
        throw new IllegalStateException(
            "no run of " + experiment.id() + " has finished: " + outcome.missing());
      }
      Reporter.Written written =
          new Reporter(store)
              .write(experiment, outcome, common.home().reports().resolve(experiment.id()));
      output.print(written.findings(), out -> print(written, out));
      return outcome.failed() ? 1 : 0;
    }
  }

  private Instant end(Instant start) {
    return Stream.of(budget, timeLimit)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .map(start::plus)
        .orElse(null);
  }

  private static void print(Reporter.Written written, PrintStream out) {
    out.println();
    out.println(written.text());
    out.println("Report: " + written.page());
    out.println("Tables: " + written.tables());
  }

  private static void print(Planner.Plan plan, PrintStream out) {
    plan.experiment().notes().forEach(out::println);
    List<Member> runs = plan.experiment().runs();
    for (Member member : runs) {
      out.printf(
          "%s  %-24s seed %d%n",
          member.run(), Findings.title(member.arm(), member.ratio()), member.seed());
    }
    String estimate =
        plan.expected().map(d -> ", about " + Math.max(1, d.toMinutes()) + " minutes").orElse("");
    out.println(runs.size() + " runs" + estimate);
  }
}
