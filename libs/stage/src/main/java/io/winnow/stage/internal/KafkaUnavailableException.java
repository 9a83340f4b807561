package io.winnow.stage.internal;

/** Kafka is unavailable; the call may be repeated. */
public final class KafkaUnavailableException extends RuntimeException {
  public KafkaUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
