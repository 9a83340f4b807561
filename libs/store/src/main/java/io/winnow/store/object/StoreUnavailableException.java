package io.winnow.store.object;

/** The store does not answer, or refuses for now: worth trying again. */
public final class StoreUnavailableException extends RuntimeException {
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
