package io.winnow.cli;

import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.Notices;
import io.winnow.local.client.ReportText;
import io.winnow.local.client.RunClient;
import io.winnow.local.client.SpecResolver;
import io.winnow.local.system.Connection;
import io.winnow.store.object.MinioObjectStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "submit", description = "Asks the running system for a run.")
final class SubmitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final HomeOptions common;

  @Parameters(
      paramLabel = "SPEC.json",
      description = "What to run; all but {\"dataset\": {\"source\": \"PATH\"}} has a default.")
  private Path file;

  @Option(names = "--wait", description = "Show progress until the run ends, then its report.")
  private boolean wait;

  @Option(names = "--json", description = "Print JSON; progress goes to stderr.")
  private boolean json;

  SubmitCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    RunSpec written = SpecResolver.read(file);
    try (LauncherLog log = LauncherLog.open(common.home())) {
      Connection connection = common.connection();
      try (MinioObjectStore store = new MinioObjectStore(connection.store());
          RunClient client = new RunClient(connection.kafkaClients(), store)) {
        RunSpec spec =
            new SpecResolver(store, common.sharedFiles())
                .resolve(written, file.toAbsolutePath().getParent());
        if (wait) {
          show(
              client.complete(
                  spec,
                  terminal.progress(json, new Notices(terminal.talk(json))),
                  common.trouble()));
        } else {
          show(client.submit(spec).id());
        }
        return 0;
      }
    }
  }

  private void show(RunReport report) {
    if (json) {
      terminal.json(report);
    } else {
      terminal.out().println(ReportText.table(Map.of(report.run().spec().name(), report)));
      terminal.out().println("More: winnow report " + report.run().id());
    }
  }

  private void show(String runId) {
    if (json) {
      terminal.json(Map.of("run", runId));
    } else {
      terminal.out().println(runId);
    }
  }
}
