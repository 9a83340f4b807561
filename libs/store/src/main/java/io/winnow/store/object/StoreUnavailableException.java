package io.winnow.store.object;

import java.util.Optional;

/** The store does not answer or rejects requests temporarily; the call may be repeated. */
public final class StoreUnavailableException extends RuntimeException {
  private final String key;

  public StoreUnavailableException(String message, Throwable cause) {
    this(message, null, cause);
  }

  /**
   * An error of the store's own that it gives as its answer to a request for one object.
   *
   * @param key of the object, or null
   */
  public StoreUnavailableException(String message, String key, Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  /**
   * The key of the object that the store answers with an internal error (status 500). If other
   * requests succeed, this object may be what is wrong. Empty if the store is unreachable, busy or
   * full.
   */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }
}
