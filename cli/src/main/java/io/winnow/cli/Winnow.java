package io.winnow.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command {@code winnow}. */
@Command(
    name = "winnow",
    mixinStandardHelpOptions = true,
    versionProvider = Winnow.Version.class,
    description = {
      "Prunes a labelled image data set, weighs its classes, and trains a diffusion model on what is"
          + " left.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all went well, 1 a run or the system failed, 2 wrong usage or bad input.",
      "Start with: winnow demo"
    })
public final class Winnow {
  private Winnow() {}

  public static void main(String[] args) {
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    // charts are drawn in memory, also where DISPLAY names a display that is away
    System.setProperty("java.awt.headless", "true");
    LauncherLog.silence();
    System.exit(commandLine(Terminal.ofProcess(), Installation.ofProcess()).execute(args));
  }

  static CommandLine commandLine(Terminal terminal, Installation installation) {
    CommandLine line = new CommandLine(new Winnow());
    List.of(
            new DemoCommand(terminal, installation),
            new UpCommand(terminal, installation),
            new SubmitCommand(terminal, installation),
            new ExperimentCommand(terminal, installation),
            new StatusCommand(terminal, installation),
            new ReportCommand(terminal, installation),
            new CancelCommand(terminal, installation),
            new ImportCommand(terminal, installation),
            new DatasetsCommand(terminal, installation),
            new SelectCommand(terminal, installation),
            new LatentsCommand(terminal, installation),
            new SampleCommand(terminal, installation),
            new ExportCommand(terminal, installation),
            new ImportModelCommand(terminal, installation),
            new KernelCommand(terminal, installation))
        .forEach(line::addSubcommand);
    CommandLine bench = new CommandLine(new BenchCommand());
    bench.addSubcommand(new BenchTrainCommand(terminal, installation));
    bench.addSubcommand(new BenchParityCommand(terminal, installation));
    bench.addSubcommand(new BenchEncodeCommand(terminal, installation));
    bench.addSubcommand(new BenchReplicasCommand(terminal, installation));
    bench.addSubcommand(new BenchSelectCommand(terminal, installation));
    bench.addSubcommand(new BenchFloodCommand(terminal, installation));
    line.addSubcommand(bench);
    CommandLine dlq = new CommandLine(new DlqCommand());
    dlq.addSubcommand(new DlqListCommand(terminal, installation));
    dlq.addSubcommand(new DlqShowCommand(terminal, installation));
    dlq.addSubcommand(new DlqReplayCommand(terminal, installation));
    dlq.addSubcommand(new DlqDropCommand(terminal, installation));
    line.addSubcommand(dlq);
    line.addSubcommand(new GcCommand(terminal, installation));
    line.addSubcommand(new ChaosCommand(terminal, installation));
    Errors errors = new Errors(terminal.err());
    line.setOut(new java.io.PrintWriter(terminal.out(), true));
    line.setErr(new java.io.PrintWriter(terminal.err(), true));
    line.setParameterExceptionHandler(errors::onParameters);
    line.setExecutionExceptionHandler(errors::onExecution);
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  /** From the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Winnow.class.getPackage().getImplementationVersion();
      return new String[] {
        "winnow " + (version == null ? "(not packaged)" : version),
        "Java " + Runtime.version() + ", " + System.getProperty("os.name")
      };
    }
  }
}
