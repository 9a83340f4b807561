package io.winnow.stage.testing;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/**
 * A message as the Kafka connector delivers it.
 *
 * @param settled true once it is acknowledged, false once it is rejected
 */
public record Delivery(Message<byte[]> message, CompletableFuture<Boolean> settled) {

  public static Delivery of(Event event) {
    return of(EventType.of(event).topic(), event.runId(), EventCodec.encode(event));
  }

  /** A message with any data. */
  public static Delivery of(String topic, String key, byte[] data) {
    ConsumerRecord<String, byte[]> record = new ConsumerRecord<>(topic, 0, 0, key, data);
    record.headers().add("ce_type", topic.getBytes(StandardCharsets.UTF_8));
    CompletableFuture<Boolean> settled = new CompletableFuture<>();
    Message<byte[]> message =
        Message.of(
            data,
            Metadata.of(new IncomingKafkaRecordMetadata<>(record, "test")),
            () -> {
              settled.complete(true);
              return CompletableFuture.completedFuture(null);
            },
            cause -> {
              settled.complete(false);
              return CompletableFuture.completedFuture(null);
            });
    return new Delivery(message, settled);
  }
}
