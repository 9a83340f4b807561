package io.winnow.stage.internal;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.winnow.contracts.InvalidInputException;
import io.winnow.contracts.Shown;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.stage.api.StopException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Decodes events from messages, and sends messages to the dead-letter queue. */
@ApplicationScoped
public class EventMessages {
  private static final Logger LOG = Logger.getLogger(EventMessages.class);

  private final TransientFaultRetry retry;
  private final OversizedDeadLetters oversized;

  public EventMessages(TransientFaultRetry retry, OversizedDeadLetters oversized) {
    this.retry = retry;
    this.oversized = oversized;
  }

  /**
   * Decodes a message.
   *
   * @param type the event type of the channel
   * @throws InvalidInputException not a CloudEvent in binary mode, another type, or invalid JSON
   */
  public <E extends Event> E decode(Class<E> type, Message<byte[]> message) {
    String topic = EventType.of(type).topic();
    Headers headers = headers(message);
    Event event =
        EventCodec.decode(
            topic, name -> headers == null ? null : text(headers, name), message.getPayload());
    return type.cast(event);
  }

  private static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** The headers of a message's Kafka record; null if it came another way. */
  public Headers headers(Message<byte[]> message) {
    return message
        .getMetadata(IncomingKafkaRecordMetadata.class)
        .map(IncomingKafkaRecordMetadata::getHeaders)
        .orElse(null);
  }

  /**
   * Sends a message to the dead-letter queue, with the cause in its headers, and settles it.
   * Returns when Kafka has acknowledged the dead letter. One that Kafka refuses, such as one that
   * is too large, is cut; if Kafka refuses that too, the message is settled with a line in the log,
   * because it would block its partition otherwise.
   */
  public CompletionStage<Void> refuse(Message<byte[]> message, Throwable cause) throws Exception {
    if (message.getPayload() != null && message.getPayload().length > OversizedDeadLetters.MOST) {
      return cut(message, cause);
    }
    try {
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
    } catch (StopException e) {
      throw e;
    } catch (Exception e) {
      LOG.errorf("Kafka refuses a dead letter: %s", Shown.of(e.getMessage()));
      return cut(message, cause);
    }
  }

  private CompletionStage<Void> cut(Message<byte[]> message, Throwable cause) throws Exception {
    Optional<IncomingKafkaRecordMetadata> source =
        message.getMetadata(IncomingKafkaRecordMetadata.class);
    try {
      if (source.isPresent()) {
        retry.call(
            "write a cut dead letter",
            () -> {
              oversized.write(source.get(), message.getPayload(), cause);
              return true;
            });
      }
    } catch (StopException e) {
      throw e;
    } catch (Exception e) {
      LOG.errorf(
          "A record is dropped, because Kafka refuses even its cut dead letter: %s; its fault was:"
              + " %s",
          Shown.of(e.getMessage()), Shown.of(cause.getMessage()));
    }
    return message.ack();
  }
}
