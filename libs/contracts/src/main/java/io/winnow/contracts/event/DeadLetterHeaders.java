package io.winnow.contracts.event;

/** Headers of records on dead-letter topics that Winnow adds to those of the connector. */
public final class DeadLetterHeaders {
  /**
   * The number of bytes that the value had, as decimal digits. A record that was too large for its
   * dead-letter topic has only the beginning of its value.
   */
  public static final String ORIGINAL_BYTES = "winnow-original-bytes";

  private DeadLetterHeaders() {}
}
