package io.winnow.cli;

import io.winnow.cli.common.Installation;
import io.winnow.cli.common.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Runs the command line in this process and keeps what it prints. */
final class Cli {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Installation installation;

  Cli(Path root, Path home) {
    this(root, home, Map.of());
  }

  Cli(Path root, Path home, Map<String, String> environment) {
    installation = new Installation(root, home, environment);
  }

  int run(String... args) {
    out.reset();
    err.reset();
    return run(stream(out), args);
  }

  /** Runs with results on a stream of the test's. */
  int run(PrintStream results, String... args) {
    return Winnow.run(args, new Terminal(results, stream(err), false, 80), installation);
  }

  /** Names of all commands, those in groups with their group's. */
  List<String> commands() {
    List<String> names = new ArrayList<>();
    collect(
        Winnow.commandLine(new Terminal(stream(out), stream(err), false, 80), installation),
        "",
        names);
    return names;
  }

  private static void collect(CommandLine line, String prefix, List<String> names) {
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              names.add(prefix + name);
              collect(command, prefix + name + " ", names);
            });
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
