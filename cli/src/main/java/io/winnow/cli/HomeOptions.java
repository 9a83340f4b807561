package io.winnow.cli;

import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import io.winnow.local.system.StoreAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Options that every command has. */
final class HomeOptions {
  private final Installation installation;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where the system keeps its state (default: $WINNOW_HOME or ~/.winnow).")
  private Path directory;

  @Option(names = "--debug", description = "Show stack traces.")
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  HomeOptions(Installation installation) {
    this.installation = installation;
  }

  /** A system elsewhere that the environment names, unless a home is given. */
  private Optional<Connection> elsewhere() {
    return directory != null ? Optional.empty() : Connection.of(installation.environment());
  }

  /** Whether the system sees this machine's files. */
  boolean sharedFiles() {
    return elsewhere().isEmpty();
  }

  /** The system to talk to. */
  Connection connection() {
    return elsewhere().orElseGet(() -> Connection.require(home()));
  }

  /** The system to talk to, if one runs. */
  Optional<Connection> running() {
    Optional<Connection> elsewhere = elsewhere();
    return elsewhere.isPresent() ? elsewhere : Connection.find(home());
  }

  /** The objects to look at, whether a system runs or not. */
  StoreAccess store() throws IOException {
    Optional<Connection> elsewhere = elsewhere();
    return elsewhere.isPresent() ? StoreAccess.of(elsewhere.get()) : StoreAccess.open(home());
  }

  /** The same for something to be put there; the home may be new. */
  StoreAccess storeToFill() throws IOException {
    Optional<Connection> elsewhere = elsewhere();
    return elsewhere.isPresent()
        ? StoreAccess.of(elsewhere.get())
        : StoreAccess.openOrCreate(home());
  }

  /** Says when the system is gone; one elsewhere is taken to come back. */
  Supplier<Optional<String>> trouble() {
    return elsewhere().isPresent() ? Optional::empty : Watchdog.of(home());
  }

  Home home() {
    return new Home(directory != null ? directory : installation.defaultHome());
  }
}
