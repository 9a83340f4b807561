package io.winnow.cli;

import io.winnow.cli.common.Installation;
import io.winnow.cli.common.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

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
    Terminal terminal = new Terminal(stream(out), stream(err), false, 80);
    return Winnow.commandLine(terminal, installation).execute(args);
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
