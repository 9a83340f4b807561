package io.winnow.cli;

import io.winnow.embedded.NoisyLoggers;
import io.winnow.local.system.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * The log of this process: a file in the home, never the terminal. Open it for as long as anything
 * may be logged.
 */
final class LauncherLog implements AutoCloseable {
  private static final int BYTES = 4 << 20;
  private static final int FILES = 2;

  // the logging system itself holds loggers weakly, and forgets their levels with them
  private final List<Logger> quiet = new ArrayList<>();
  private final Handler handler;

  private LauncherLog(Handler handler) {
    this.handler = handler;
  }

  static LauncherLog open(Home home) {
    home.create();
    try {
      FileHandler file =
          new FileHandler(
              home.logs().toString().replace("%", "%%") + "/launcher.%g.log", BYTES, FILES, true);
      file.setFormatter(new SimpleFormatter());
      LauncherLog log = new LauncherLog(file);
      Logger root = Logger.getLogger("");
      silence();
      root.addHandler(file);
      NoisyLoggers.LEVELS.forEach(log::quiet);
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot log to " + home.logs() + ": " + e.getMessage(), e);
    }
  }

  /** Nothing more on the terminal. */
  static void silence() {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
  }

  private void quiet(String name, String least) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(
        switch (least) {
          case "WARN" -> Level.WARNING;
          case "ERROR" -> Level.SEVERE;
          default -> Level.OFF;
        });
    quiet.add(logger);
  }

  @Override
  public void close() {
    Logger.getLogger("").removeHandler(handler);
    handler.close();
  }
}
