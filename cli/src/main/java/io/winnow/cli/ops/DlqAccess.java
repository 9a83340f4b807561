package io.winnow.cli.ops;

import io.winnow.cli.common.HomeOptions;
import io.winnow.cli.common.LauncherLog;
import io.winnow.contracts.InvalidInputException;
import io.winnow.local.deadletter.DeadLetters;
import io.winnow.local.system.Connection;
import io.winnow.store.object.MinioObjectStore;

/** The dead letters of the running system, open while a command uses them. */
record DlqAccess(LauncherLog log, MinioObjectStore store, DeadLetters letters)
    implements AutoCloseable {

  /**
   * @throws InvalidInputException no system is running
   */
  static DlqAccess open(HomeOptions common) {
    LauncherLog log = common.log();
    try {
      Connection connection = common.connection();
      MinioObjectStore store = new MinioObjectStore(connection.store());
      return new DlqAccess(log, store, new DeadLetters(connection.kafkaClients(), store));
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  @Override
  public void close() {
    store.close();
    log.close();
  }
}
