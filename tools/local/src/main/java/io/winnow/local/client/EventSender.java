package io.winnow.local.client;

import io.winnow.contracts.event.Event;
import io.winnow.contracts.event.EventCodec;
import io.winnow.contracts.event.EventType;
import io.winnow.local.kafka.RecordSender;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Publishes events as CloudEvents 1.0 in binary mode, and waits until the broker has confirmed
 * them. Thread-safe.
 */
public final class EventSender implements AutoCloseable {
  private static final String SOURCE = "/winnow/local";

  private final RecordSender sender;

  /**
   * @param kafka settings of Kafka clients, including {@code bootstrap.servers}
   */
  public EventSender(Map<String, Object> kafka) {
    sender = new RecordSender(kafka);
  }

  /**
   * @throws IllegalStateException the broker has not confirmed the event within 30 s
   */
  public void send(Event event) {
    sender.send(List.of(record(event)));
  }

  /** Encodes an event as a record of its topic, with the run's id as the key. */
  public static ProducerRecord<byte[], byte[]> record(Event event) {
    EventType type = EventType.of(event);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            type.topic(), event.runId().getBytes(StandardCharsets.UTF_8), EventCodec.encode(event));
    header(record.headers(), "ce_specversion", "1.0");
    header(record.headers(), "ce_id", UUID.randomUUID().toString());
    header(record.headers(), "ce_source", SOURCE);
    header(record.headers(), "ce_type", type.topic());
    header(record.headers(), "ce_time", Instant.now().toString());
    header(record.headers(), "content-type", "application/json");
    return record;
  }

  private static void header(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    sender.close();
  }
}
