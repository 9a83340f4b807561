package io.winnow.cli.common;

import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import java.util.Optional;

/** The console's URL, as commands print it. */
public final class ConsoleAddress {
  private ConsoleAddress() {}

  /**
   * The URL, if the system has a console. It contains the API token only on a terminal: other
   * output may be kept in a file that others can read.
   */
  public static Optional<String> of(Connection connection, Home home, boolean terminal) {
    return connection
        .console(terminal)
        .map(
            url ->
                terminal
                    ? url.toString()
                    : url
                        + " (to submit or cancel there, append #token= and the token from "
                        + home.connectionFile()
                        + ")");
  }
}
