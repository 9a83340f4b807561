package io.winnow.stage.run;

/** Kafka does not take a record for now: worth trying again. */
public final class KafkaUnavailableException extends RuntimeException {
  public KafkaUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
