package io.winnow.cli;

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
      "Starts Kafka, S3, the four services and the console on this machine, until Ctrl-C.",
      "Unfinished runs of the home go on where they were."
    })
final class UpCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Installation installation;

  @Mixin private final HomeOptions common;

  @Option(names = "--json", description = "Print the endpoints as JSON once all are ready.")
  private boolean json;

  @Option(
      names = "--encoders",
      paramLabel = "N",
      defaultValue = "1",
      description = "Encoder processes that share the shards (default: ${DEFAULT-VALUE}).")
  private int encoders;

  @Option(
      names = "--pin",
      description = "Keep each encoder process to one core of its own, with one thread (Linux).")
  private boolean pin;

  UpCommand(Terminal terminal, Installation installation) {
    this.terminal = terminal;
    this.installation = installation;
    this.common = new HomeOptions(installation);
  }

  @Override
  public Integer call() throws Exception {
    Home home = common.home();
    PrintStream talk = terminal.talk(json);
    SystemOptions options =
        SystemOptions.of(home, installation.root(), talk::println)
            .withEncoders(encoders, pin)
            .withConsole(installation.samples());
    try (LauncherLog log = LauncherLog.open(home)) {
      talk.println("Starting Kafka, S3 and the services on " + home.directory() + " …");
      try (LocalSystem system = LocalSystem.start(options)) {
        show(system.connection(), home);
        Watchdog.waitWhileWell(system);
        return 0;
      }
    }
  }

  private void show(Connection connection, Home home) {
    if (json) {
      // the store's keys are for local.json, which only its owner can read
      Map<String, Object> endpoints = new TreeMap<>();
      endpoints.put("pid", connection.pid());
      endpoints.put("kafka", connection.kafka());
      endpoints.put("store", connection.store().endpoint());
      endpoints.put("bucket", connection.store().bucket());
      endpoints.put("services", connection.services());
      endpoints.put("home", home.directory().toString());
      terminal.json(endpoints);
      return;
    }
    terminal.out().println("Kafka             " + connection.kafka());
    terminal.out().println("S3                " + connection.store().endpoint());
    connection
        .services()
        .forEach(
            (name, url) -> {
              if (!name.equals(Service.CONSOLE.folder())) {
                terminal.out().println(String.format("%-18s%s", name, url));
              }
            });
    connection.console().ifPresent(url -> terminal.out().println("console           " + url));
    terminal.out().println("Ready. Logs are in " + home.logs() + "; Ctrl-C stops everything.");
  }
}
