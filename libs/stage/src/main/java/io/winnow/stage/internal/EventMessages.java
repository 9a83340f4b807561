package io.winnow.stage.internal;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Decodes events from messages, and sends messages to the dead-letter queue. */
@ApplicationScoped
public class EventMessages {
  private static final String TYPE_HEADER = "ce_type";

  private final TransientFaultRetry retry;

  public EventMessages(TransientFaultRetry retry) {
    this.retry = retry;
  }

  /**
   * Decodes a message.
   *
   * @param type the event type of the channel
   * @throws InvalidInputException not a CloudEvent in binary mode, another type, or invalid JSON
   */
  public <E extends Event> E decode(Class<E> type, Message<byte[]> message) {
    Headers headers = headers(message);
    Header header = headers == null ? null : headers.lastHeader(TYPE_HEADER);
    if (header == null || header.value() == null) {
      throw new InvalidInputException(
          "a record without the header " + TYPE_HEADER,
          "send CloudEvents 1.0 in binary mode: attributes as ce_ headers, JSON as the value");
    }
    String name = new String(header.value(), StandardCharsets.UTF_8);
    Event event = EventCodec.decode(name, message.getPayload());
    if (!type.isInstance(event)) {
      throw new InvalidInputException(
          "an event of type " + name + " on a channel of " + type.getSimpleName() + " events",
          "send each type to the topic of its name");
    }
    return type.cast(event);
  }

  /** The headers of a message's Kafka record; null if it came another way. */
  public Headers headers(Message<byte[]> message) {
    return message
        .getMetadata(IncomingKafkaRecordMetadata.class)
        .map(IncomingKafkaRecordMetadata::getHeaders)
        .orElse(null);
  }

  /**
   * Sends a message to the dead-letter queue, with the cause in its headers. Returns when Kafka has
   * acknowledged it.
   */
  public CompletionStage<Void> refuse(Message<byte[]> message, Throwable cause) throws Exception {
    retry.call(
        "write to the dead-letter queue",
        () -> {
          try {
            message.nack(cause).toCompletableFuture().get();
            return true;
          } catch (ExecutionException e) {
            throw Faults.kafka("Kafka rejects a dead letter", e.getCause());
          }
        });
    return CompletableFuture.completedFuture(null);
  }
}
