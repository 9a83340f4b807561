package io.winnow.local.system;

import io.winnow.embedded.EmbeddedS3;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.util.Optional;

/**
 * The objects of a home, whether a system runs on it or not: when none does, the store alone is
 * started for as long as this is open.
 */
public final class StoreAccess implements AutoCloseable {
  private final HomeLock lock;
  private final EmbeddedS3 own;
  private final MinioObjectStore store;

  private StoreAccess(HomeLock lock, EmbeddedS3 own, MinioObjectStore store) {
    this.lock = lock;
    this.own = own;
    this.store = store;
  }

  /** The objects of a system that runs. */
  public static StoreAccess of(Connection running) {
    return new StoreAccess(null, null, new MinioObjectStore(running.store()));
  }

  /**
   * @throws io.winnow.contracts.InvalidInputException when nothing ever ran on this home
   */
  public static StoreAccess open(Home home) throws IOException {
    Optional<Connection> running = Connection.find(home);
    if (running.isPresent()) {
      return of(running.get());
    }
    home.requireUsed();
    return startOwn(home);
  }

  /** The same, where nothing need have run: an empty store is made then. */
  public static StoreAccess openOrCreate(Home home) throws IOException {
    Optional<Connection> running = Connection.find(home);
    return running.isPresent() ? of(running.get()) : startOwn(home);
  }

  private static StoreAccess startOwn(Home home) throws IOException {
    HomeLock lock = HomeLock.acquire(home);
    try {
      EmbeddedS3 own = Servers.startStore(home);
      return new StoreAccess(lock, own, new MinioObjectStore(Servers.config(own)));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  public ObjectStore store() {
    return store;
  }

  @Override
  public void close() {
    try {
      store.close();
    } finally {
      if (own != null) {
        try (lock) {
          own.close();
        }
      }
    }
  }
}
