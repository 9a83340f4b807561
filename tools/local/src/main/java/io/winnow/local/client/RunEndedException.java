package io.winnow.local.client;

/** A run ended without a report: it failed or was cancelled. */
public final class RunEndedException extends RuntimeException {
  public RunEndedException(String message) {
    super(message);
  }
}
