package io.winnow.cli.ops;

import io.winnow.cli.common.ConsoleAddress;
import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.Installation;
import io.winnow.cli.common.LauncherLog;
import io.winnow.cli.common.Output;
import io.winnow.cli.common.Terminal;
import io.winnow.cli.common.Watchdog;
import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import io.winnow.local.system.LocalSystem;
import io.winnow.local.system.Service;
import io.winnow.local.system.SystemOptions;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    description = {
      "Starts Kafka, S3, the four services and the console on this machine and runs until Ctrl-C.",
      "Unfinished runs of the home resume."
    })
public final class UpCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Mixin private final Output output;

  @Option(
      names = "--encoders",
      paramLabel = "N",
      defaultValue = "1",
      description = "Encoder replicas that share the shards (default: ${DEFAULT-VALUE}).")
  private int encoders;

  @Option(
      names = "--pin",
      description = "Pin each encoder replica to its own core, with one thread (Linux only).")
  private boolean pin;

  public UpCommand(Terminal terminal, Installation installation) {
    this.installation = installation;
    this.common = new HomeOptions(installation);
    this.output = new Output(terminal);
  }

  @Override
  public Integer call() throws Exception {
    Home home = common.home();
    PrintStream progress = output.log();
    SystemOptions options =
        SystemOptions.of(home, installation.root(), progress::println)
            .withEncoders(encoders, pin)
            .withConsole(installation.samples());
    try (LauncherLog log = common.log()) {
      progress.println("Starting Kafka, S3 and the services on " + home.directory() + " …");
      try (LocalSystem system = LocalSystem.start(options)) {
        Connection connection = system.connection();
        output.print(endpoints(connection, home), out -> print(connection, home, out));
        Watchdog.awaitStop(system);
        return 0;
      }
    }
  }

  private static Map<String, Object> endpoints(Connection connection, Home home) {
    // without the store's keys: they are in local.json, which only its owner can read
    Map<String, Object> endpoints = new TreeMap<>();
    endpoints.put("pid", connection.pid());
    endpoints.put("kafka", connection.kafka());
    endpoints.put("store", connection.store().endpoint());
    endpoints.put("bucket", connection.store().bucket());
    endpoints.put("services", connection.services());
    endpoints.put("home", home.directory().toString());
    return endpoints;
  }

  private void print(Connection connection, Home home, PrintStream out) {
    out.println("Kafka             " + connection.kafka());
    out.println("S3                " + connection.store().endpoint());
    connection
        .services()
        .forEach(
            (name, url) -> {
              if (!name.equals(Service.CONSOLE.folder())) {
                out.println(String.format("%-18s%s", name, url));
              }
            });
    ConsoleAddress.of(connection, home, output.interactive())
        .ifPresent(url -> out.println("console           " + url));
    out.println("Ready. Logs: " + home.logs() + ". Press Ctrl-C to stop the system.");
  }
}
