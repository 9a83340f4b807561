package io.winnow.cli;

import io.winnow.cli.bench.BenchCommand;
import io.winnow.cli.bench.BenchEncodeCommand;
import io.winnow.cli.bench.BenchFloodCommand;
import io.winnow.cli.bench.BenchParityCommand;
import io.winnow.cli.bench.BenchReplicasCommand;
import io.winnow.cli.bench.BenchSelectCommand;
import io.winnow.cli.bench.BenchTrainCommand;
import io.winnow.cli.common.Encoding;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.PathConverter;
import io.winnow.cli.common.SpecDescriptions;
import io.winnow.cli.common.Terminal;
import io.winnow.cli.data.DatasetsCommand;
import io.winnow.cli.data.ImportCommand;
import io.winnow.cli.data.LatentsCommand;
import io.winnow.cli.data.SelectCommand;
import io.winnow.cli.model.ExportCommand;
import io.winnow.cli.model.ImportModelCommand;
import io.winnow.cli.model.KernelCommand;
import io.winnow.cli.model.SampleCommand;
import io.winnow.cli.ops.ChaosCommand;
import io.winnow.cli.ops.DlqCommand;
import io.winnow.cli.ops.DlqDropCommand;
import io.winnow.cli.ops.DlqListCommand;
import io.winnow.cli.ops.DlqReplayCommand;
import io.winnow.cli.ops.DlqShowCommand;
import io.winnow.cli.ops.GcCommand;
import io.winnow.cli.ops.UpCommand;
import io.winnow.cli.ops.VerifyCommand;
import io.winnow.cli.run.CancelCommand;
import io.winnow.cli.run.DemoCommand;
import io.winnow.cli.run.ExperimentCommand;
import io.winnow.cli.run.ReportCommand;
import io.winnow.cli.run.StatusCommand;
import io.winnow.cli.run.SubmitCommand;
import io.winnow.contracts.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;

/** The command {@code winnow}. */
@Command(
    name = "winnow",
    mixinStandardHelpOptions = true,
    versionProvider = Winnow.Version.class,
    description = {
      "Trains class-conditional diffusion models on less data: selects a coreset of a labelled image"
          + " data set, weights its classes, and trains on the coreset.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 success, 1 a run or the system failed, 2 wrong usage or invalid input.",
      "Start with: winnow demo"
    })
public final class Winnow {
  private Winnow() {}

  public static void main(String[] args) {
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    // charts are rendered in memory; without this, an unreachable DISPLAY would be an error
    System.setProperty("java.awt.headless", "true");
    LauncherLog.silence();
    Terminal terminal = Terminal.ofProcess();
    try {
      Encoding.check(args, Encoding.ofProcess());
    } catch (InvalidInputException e) {
      System.exit(new Errors(terminal.err()).badInput(e));
    }
    System.exit(run(args, terminal, Installation.ofProcess()));
  }

  /**
   * Runs a command.
   *
   * @return its exit code; 1 also where its output could not be written, such as on a full disk
   */
  static int run(String[] args, Terminal terminal, Installation installation) {
    int code = commandLine(terminal, installation).execute(args);
    if (code == 0 && terminal.out().checkError()) {
      terminal.err().println("winnow: the output could not be written (is the disk full?)");
      return Errors.FAILED;
    }
    return code;
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
    line.addSubcommand(
        group(
            new BenchCommand(),
            new BenchTrainCommand(terminal, installation),
            new BenchParityCommand(terminal, installation),
            new BenchEncodeCommand(terminal, installation),
            new BenchReplicasCommand(terminal, installation),
            new BenchSelectCommand(terminal, installation),
            new BenchFloodCommand(terminal, installation)));
    line.addSubcommand(
        group(
            new DlqCommand(),
            new DlqListCommand(terminal, installation),
            new DlqShowCommand(terminal, installation),
            new DlqReplayCommand(terminal, installation),
            new DlqDropCommand(terminal, installation)));
    line.addSubcommand(new GcCommand(terminal, installation));
    line.addSubcommand(new VerifyCommand(terminal, installation));
    line.addSubcommand(new ChaosCommand(terminal, installation));
    Errors errors = new Errors(terminal.err());
    line.setOut(new PrintWriter(terminal.out(), true));
    line.setErr(new PrintWriter(terminal.err(), true));
    line.setParameterExceptionHandler(errors::onParameters);
    line.setExecutionExceptionHandler(errors::onExecution);
    line.registerConverter(Path.class, new PathConverter());
    // only help needs the descriptions, and collecting them takes half a second
    line.setHelpFactory(
        (spec, colours) -> new Help(spec.resourceBundle(new SpecDescriptions()), colours));
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  private static CommandLine group(Object parent, Object... commands) {
    CommandLine group = new CommandLine(parent);
    for (Object command : commands) {
      group.addSubcommand(command);
    }
    return group;
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
