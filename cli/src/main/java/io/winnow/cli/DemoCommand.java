package io.winnow.cli;

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
      "Runs the whole method beside a random coreset and the full set, at one training budget.",
      "Starts a system where none runs on the home, and stops it again."
    })
final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Option(
      names = "--dataset",
      paramLabel = "PATH",
      description = "Images to use instead of the bundled sample of Fashion-MNIST.")
  private Path dataset;

  @Option(
      names = "--surrogate",
      paramLabel = "FILE",
      description = "A TorchScript surrogate; default: a small one is trained on the data.")
  private Path surrogate;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      defaultValue = "8m",
      converter = BudgetConverter.class,
      description = "About how long it may take on 2 cores (default: ${DEFAULT-VALUE}).")
  private Duration budget;

  @Option(
      names = "--ratio",
      defaultValue = "0.25",
      description = "Share of each class that is kept, in (0, 1] (default: ${DEFAULT-VALUE}).")
  private double ratio;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of every random draw (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--keep", description = "Leave the system running at the end, until Ctrl-C.")
  private boolean keep;

  @Option(names = "--json", description = "Print the result as JSON; progress goes to stderr.")
  private boolean json;

  DemoCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    Home home = common.home();
    PrintStream talk = terminal.talk(json);
    Notices notices = new Notices(talk);
    DemoBudget amounts = DemoBudget.of(budget);
    DemoPlan plan =
        new DemoPlan(
            dataset != null ? dataset : installation.sample(), surrogate, amounts, ratio, seed);
    plan.check();
    talk.println(amounts.describe());
    try (LauncherLog log = LauncherLog.open(home)) {
      Optional<Connection> running = Connection.find(home);
      if (running.isPresent()) {
        talk.println("Using the system that runs on " + home.directory() + ".");
        running.get().console().ifPresent(url -> talk.println("Watch it at " + url));
        show(run(plan, home, notices, running.get(), Watchdog.of(home), OptionalLong::empty));
        return 0;
      }
      talk.println("Starting Kafka, S3 and the services on " + home.directory() + " …");
      try (LocalSystem system =
          LocalSystem.start(
              SystemOptions.of(home, installation.root(), notices)
                  .withConsole(installation.samples()))) {
        system.connection().console().ifPresent(url -> talk.println("Watch it at " + url));
        show(
            run(plan, home, notices, system.connection(), Watchdog.of(system), system::peakMemory));
        if (keep) {
          talk.println("The system stays up; Ctrl-C stops it.");
          Watchdog.waitWhileWell(system);
        }
        return 0;
      }
    }
  }

  private DemoSummary run(
      DemoPlan plan,
      Home home,
      Notices notices,
      Connection connection,
      Supplier<Optional<String>> trouble,
      Supplier<OptionalLong> peakMemory)
      throws Exception {
    try (MinioObjectStore store = new MinioObjectStore(connection.store());
        RunClient client = new RunClient(connection.kafkaClients(), store)) {
      Map<String, RunReport> reports =
          new DemoRunner(
                  client,
                  store,
                  terminal.talk(json),
                  () -> terminal.progress(json, notices),
                  trouble)
              .run(plan);
      return DemoSummary.of(reports, store, home.reports(), peakMemory.get());
    }
  }

  private void show(DemoSummary summary) {
    if (json) {
      terminal.json(summary);
    } else {
      summary.print(terminal.out());
    }
  }
}
