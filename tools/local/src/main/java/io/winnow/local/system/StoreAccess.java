package io.winnow.local.system;

import io.winnow.embedded.EmbeddedS3;
import io.winnow.store.object.MinioObjectStore;
import io.winnow.store.object.ObjectStore;
import java.io.IOException;
import java.util.Optional;

/**
 * Access to the store of a home, whether or not a system is running on it: if none is, only S3 is
 * started while this is open.
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

  /** The store of a running system. */
  public static StoreAccess of(Connection running) {
    return new StoreAccess(null, null, new MinioObjectStore(running.store()));
  }

  /**
   * The store of a home.
   *
   * @throws io.winnow.contracts.InvalidInputException no system has ever used the home
   */
  public static StoreAccess open(Home home) throws IOException {
    Optional<Connection> running = Connection.find(home);
    if (running.isPresent()) {
      return of(running.get());
    }
    home.requireUsed();
    return startOwn(home);
  }

  /** Like {@link #open}, but creates an empty store in a new home. */
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
