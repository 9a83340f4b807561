package io.winnow.cli.run;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.run.RunId;
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
    description = "Cancels a run. Artifacts that it has committed remain available to other runs.")
public final class CancelCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(paramLabel = "RUN", description = "Id of the run.")
  private String run;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Stored with the run.")
  private String reason;

  @Option(
      names = "--force",
      description =
          "Also cancel a run that the store does not know or that has ended, such as one whose"
              + " request never arrived. Jobs of the run that are waiting or running stop.")
  private boolean force;

  public CancelCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() {
    try (LauncherLog log = common.log()) {
      Connection connection = common.connection();
      try (MinioObjectStore store = new MinioObjectStore(connection.store());
          RunClient client = new RunClient(connection.kafkaClients(), store)) {
        RunId.require(run);
        RunSummary summary = force ? null : RunSummary.of(store, run);
        if (summary != null && summary.state() != RunStatus.RUNNING) {
          throw new InvalidInputException(
              "run " + run + " has already ended: " + summary.state(),
              "there is nothing to cancel");
        }
        client.cancel(run, reason);
        output.print(
            Map.of("run", run, "cancelled", true),
            out -> out.println("requested cancellation of " + run));
        return 0;
      }
    }
  }
}
