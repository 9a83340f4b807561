package io.winnow.cli;

import io.winnow.local.deadletter.DeadLetters;
import io.winnow.local.system.Connection;
import io.winnow.store.object.MinioObjectStore;

/**
 * The dead letters of the system to talk to, while a command looks at them.
 *
 * @param log the launcher's
 * @param store of the runs that letters belong to
 */
record DlqAccess(LauncherLog log, MinioObjectStore store, DeadLetters letters)
    implements AutoCloseable {

  static DlqAccess open(HomeOptions common) {
    LauncherLog log = LauncherLog.open(common.home());
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
