package io.winnow.cli.run;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.contracts.run.RunReport;
import io.winnow.contracts.spec.RunSpec;
import io.winnow.local.client.Notices;
import io.winnow.local.client.ProgressDisplay;
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

@Command(name = "submit", description = "Submits a run to the running system and prints its id.")
public final class SubmitCommand implements Callable<Integer> {
  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Parameters(
      paramLabel = "SPEC.json",
      description = "The run spec. Only {\"dataset\": {\"source\": \"PATH\"}} is required.")
  private Path file;

  @Option(
      names = "--wait",
      description = "Show progress until the run ends, then print its report.")
  private boolean wait;

  public SubmitCommand(Terminal terminal, Installation installation) {
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    RunSpec written = SpecResolver.read(file);
    try (LauncherLog log = common.log()) {
      Connection connection = common.connection();
      try (MinioObjectStore store = new MinioObjectStore(connection.store());
          RunClient client = new RunClient(connection.kafkaClients(), store)) {
        RunSpec spec =
            new SpecResolver(store, common.sharedFiles())
                .resolve(written, file.toAbsolutePath().getParent());
        if (wait) {
          ProgressDisplay display = output.progress(new Notices(output.log()));
          print(client.complete(spec, display, common.abortReason()));
        } else {
          String run = client.submit(spec).id();
          output.print(Map.of("run", run), out -> out.println(run));
        }
        return 0;
      }
    }
  }

  private void print(RunReport report) {
    output.print(
        report,
        out -> {
          out.println(ReportText.table(Map.of(report.run().spec().name(), report)));
          out.println("More: winnow report " + report.run().id());
        });
  }
}
