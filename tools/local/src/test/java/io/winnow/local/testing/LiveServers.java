package io.winnow.local.testing;

import io.winnow.local.system.Connection;
import io.winnow.local.system.Home;
import io.winnow.local.system.HomeLock;
import io.winnow.local.system.Servers;
import io.winnow.store.object.MinioObjectStore;
import java.io.IOException;
import java.util.Map;

/** A home with running Kafka and S3 and no services, for tests of clients. */
public final class LiveServers implements AutoCloseable {
  private final HomeLock lock;
  private final Servers servers;
  private final Connection connection;

  public LiveServers(Home home) throws IOException {
    home.create();
    lock = HomeLock.acquire(home);
    servers = Servers.start(home, 1, reason -> {});
    connection =
        new Connection(
            ProcessHandle.current().pid(),
            servers.bootstrapServers(),
            servers.kafkaSecurity(),
            servers.store(),
            Map.of(),
            null);
    connection.write(home);
  }

  public Connection connection() {
    return connection;
  }

  public MinioObjectStore store() {
    return new MinioObjectStore(connection.store());
  }

  @Override
  public void close() {
    try (lock) {
      servers.close();
    }
  }
}
