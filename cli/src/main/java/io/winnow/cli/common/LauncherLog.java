package io.winnow.cli.common;

import io.winnow.contracts.Causes;
import io.winnow.embedded.NoisyLoggers;
import io.winnow.local.system.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jboss.logmanager.handlers.SizeRotatingFileHandler;

/**
 * The log of commands: a file in the home, never the terminal. Several commands may append to it at
 * the same time. Keep it open while anything may be logged.
 */
public final class LauncherLog implements AutoCloseable {
  private static final int BYTES = 4 << 20;
  private static final String NAME = "launcher.log";

  // earlier versions left one such file for every command that ran beside another one
  private static final String LEFTOVERS = "launcher.[0-9].log.*";

  // java.util.logging holds loggers weakly: a collected logger would lose its level
  private final List<Logger> quiet = new ArrayList<>();
  private final Handler handler;

  private LauncherLog(Handler handler) {
    this.handler = handler;
  }

  /**
   * Logs to {@code logs/launcher.log} in the home, which is created if it is missing. A file of
   * more than 4 MiB becomes {@code launcher.log.1}.
   *
   * @throws UncheckedIOException the file cannot be written
   */
  public static LauncherLog open(Home home) {
    home.create();
    try {
      deleteLeftovers(home.logs());
      SizeRotatingFileHandler file = new SizeRotatingFileHandler();
      file.setAppend(true);
      file.setRotateSize(BYTES);
      file.setMaxBackupIndex(1);
      file.setFile(home.logs().resolve(NAME).toFile());
      file.setFormatter(new SimpleFormatter());
      LauncherLog log = new LauncherLog(file);
      Logger root = Logger.getLogger("");
      silence();
      root.addHandler(file);
      NoisyLoggers.LEVELS.forEach(log::quiet);
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot log to " + home.logs() + ": " + Causes.of(e), e);
    }
  }

  private static void deleteLeftovers(Path logs) throws IOException {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(logs, LEFTOVERS)) {
      for (Path leftover : leftovers) {
        Files.deleteIfExists(leftover);
      }
    }
  }

  /** Stops logging to the terminal. */
  public static void silence() {
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
