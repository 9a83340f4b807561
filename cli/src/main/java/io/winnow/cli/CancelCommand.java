package io.winnow.cli;

import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.RunStatus;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.RunSummary;
import io.winnow.local.system.Connection;
import io.winnow.store.object.MinioObjectStore;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    description = "Stops a run; what it has committed stays for others to reuse.")
final class CancelCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(paramLabel = "RUN", description = "A run's id.")
  private String run;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Kept with the run.")
  private String reason;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  CancelCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() {
    try (LauncherLog log = LauncherLog.open(common.home())) {
      Connection connection = common.connection();
      try (MinioObjectStore store = new MinioObjectStore(connection.store());
          RunClient client = new RunClient(connection.kafkaClients(), store)) {
        RunSummary summary = RunSummary.of(store, run);
        if (summary.state() != RunStatus.RUNNING) {
          throw new InvalidInputException(
              "run " + run + " is over: " + summary.state(), "there is nothing to cancel");
        }
        client.cancel(run, reason);
        if (json) {
          terminal.json(Map.of("run", run, "cancelled", true));
        } else {
          terminal.out().println("asked for the end of " + run);
        }
        return 0;
      }
    }
  }
}
