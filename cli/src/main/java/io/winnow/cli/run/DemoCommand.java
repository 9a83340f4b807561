package io.winnow.cli.run;

import io.winnow.cli.common.ConsoleAddress;
import io.winnow.cli.common.DurationConverter;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.cli.common.Watchdog;
import io.winnow.contracts.run.RunReport;
import io.winnow.local.client.Notices;
import io.winnow.local.client.RunClient;
import io.winnow.local.demo.DemoBudget;
import io.winnow.local.demo.DemoPlan;
import io.winnow.local.demo.DemoRunner;
import io.winnow.local.demo.DemoSummary;
import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.SystemOptions;
import io.winnow.store.object.MinioObjectStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "Compares three runs with the same training budget: Winnow's method, a random coreset of the"
          + " same size, and the full data set.",
      "Starts a system if none is running on the home, and stops it at the end."
    })
public final class DemoCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Option(
      names = "--dataset",
      paramLabel = "PATH",
      description = "Images to use instead of the bundled sample of Fashion-MNIST.")
  private Path dataset;

  @Option(
      names = "--surrogate",
      paramLabel = "FILE",
      description = "A TorchScript surrogate (default: train a small one on the data set).")
  private Path surrogate;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      defaultValue = "6m",
      converter = DurationConverter.class,
      description = "Approximate duration on 2 cores (default: ${DEFAULT-VALUE}).")
  private Duration budget;

  @Option(
      names = "--ratio",
      paramLabel = "R",
      defaultValue = "0.25",
      description = "Share of each class to keep, in (0, 1] (default: ${DEFAULT-VALUE}).")
  private double ratio;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Random seed (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--keep", description = "Keep the system running at the end, until Ctrl-C.")
  private boolean keep;

  public DemoCommand(Terminal terminal, Installation installation) {
    this.installation = installation;
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    Home home = common.home();
    PrintStream progress = output.log();
    Notices notices = new Notices(progress);
    DemoBudget amounts = DemoBudget.of(budget);
    DemoPlan plan =
        new DemoPlan(
            dataset != null ? dataset : installation.sample(), surrogate, amounts, ratio, seed);
    plan.check();
    progress.println(amounts.describe());
    try (LauncherLog log = common.log()) {
      Optional<Connection> running = Connection.find(home);
      if (running.isPresent()) {
        progress.println("Using the system running on " + home.directory() + ".");
        printConsole(running.get());
        print(run(plan, notices, running.get(), Watchdog.of(home), OptionalLong::empty));
        return 0;
      }
      progress.println("Starting Kafka, S3 and the services on " + home.directory() + " …");
      try (LocalSystem system =
          LocalSystem.start(
              SystemOptions.of(home, installation.root(), notices)
                  .withConsole(installation.samples())
                  .withSources(dataset == null ? List.of() : List.of(dataset)))) {
        printConsole(system.connection());
        print(run(plan, notices, system.connection(), Watchdog.of(system), system::peakMemory));
        if (keep) {
          progress.println("The system keeps running. Press Ctrl-C to stop it.");
          Watchdog.awaitStop(system);
        }
        return 0;
      }
    }
  }

  private void printConsole(Connection connection) {
    ConsoleAddress.of(connection, common.home(), output.interactive())
        .ifPresent(url -> output.log().println("Console: " + url));
  }

  private DemoSummary run(
      DemoPlan plan,
      Notices notices,
      Connection connection,
      Supplier<Optional<String>> abortReason,
      Supplier<OptionalLong> peakMemory)
      throws Exception {
    try (MinioObjectStore store = new MinioObjectStore(connection.store());
        RunClient client = new RunClient(connection.kafkaClients(), store)) {
      Map<String, RunReport> reports =
          new DemoRunner(client, store, output.log(), () -> output.progress(notices), abortReason)
              .run(plan);
      return DemoSummary.of(reports, store, common.home().reports(), peakMemory.get());
    }
  }

  private void print(DemoSummary summary) {
    output.print(summary, summary::print);
  }
}
