package io.winnow.cli.common;

import io.winnow.contracts.InvalidInputException;
import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import io.winnow.local.system.StoreAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/**
 * The options {@code --home}, {@code --debug} and {@code --help}, and access to the system that
 * they select: the one in the home, or a remote one that the environment names.
 */
public final class HomeOptions {
  private final Installation installation;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Folder with the system's state (default: $WINNOW_HOME or ~/.winnow).")
  private Path directory;

  @Option(names = "--debug", description = "Print stack traces.")
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  public HomeOptions(Installation installation) {
    this.installation = installation;
  }

  public Home home() {
    return new Home(directory != null ? directory : installation.requireDefaultHome());
  }

  /** Opens the log of this process in the home. */
  public LauncherLog log() {
    return LauncherLog.open(home());
  }

  /** A remote system that the environment names; {@code --home} overrides it. */
  private Optional<Connection> remote() {
    return directory != null ? Optional.empty() : Connection.of(installation.environment());
  }

  /** Whether the system's services can read the files of this machine. */
  public boolean sharedFiles() {
    return remote().isEmpty();
  }

  /**
   * The running system.
   *
   * @throws InvalidInputException none is running
   */
  public Connection connection() {
    return remote().orElseGet(() -> Connection.require(home()));
  }

  /** The running system, if there is one. */
  public Optional<Connection> running() {
    Optional<Connection> remote = remote();
    return remote.isPresent() ? remote : Connection.find(home());
  }

  /**
   * The store, whether or not a system is running.
   *
   * @throws InvalidInputException no system has ever used the home
   */
  public StoreAccess store() throws IOException {
    Optional<Connection> remote = remote();
    return remote.isPresent() ? StoreAccess.of(remote.get()) : StoreAccess.open(home());
  }

  /** Like {@link #store()}, but creates the store in a new home. */
  public StoreAccess storeForWriting() throws IOException {
    Optional<Connection> remote = remote();
    return remote.isPresent() ? StoreAccess.of(remote.get()) : StoreAccess.openOrCreate(home());
  }

  /** Returns a reason once the local system has stopped; a remote one is expected to come back. */
  public Supplier<Optional<String>> abortReason() {
    return remote().isPresent() ? Optional::empty : Watchdog.of(home());
  }
}
