package io.winnow.contracts.fuzz;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Silences a logger during each test: a line for each odd record is too much. */
public final class MutedLog implements BeforeEachCallback, AfterEachCallback {
  private final Logger log;

  /**
   * @param name of the logger
   */
  public MutedLog(String name) {
    log = Logger.getLogger(name);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    log.setLevel(Level.OFF);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    log.setLevel(null);
  }
}
