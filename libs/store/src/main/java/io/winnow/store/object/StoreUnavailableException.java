package io.winnow.store.object;

/** The store does not answer or rejects requests temporarily; the call may be repeated. */
public final class StoreUnavailableException extends RuntimeException {
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
